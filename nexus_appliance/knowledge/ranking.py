"""A second look at the first candidates: does one sentence answer, and does the heading speak of it.

Vectors and BM25 weigh a window as a whole. A listing that happens to use the words of a question then stands before the
sentence that says how they differ. What is measured here takes 5 ms for twenty windows.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.knowledge.asked import Kind, holds, kind_of
from nexus_appliance.knowledge.evidence import Rarity, coverage
from nexus_appliance.knowledge.retrieval import Candidate, fuse, standardise
from nexus_appliance.knowledge.sentence_vectors import units
from nexus_appliance.knowledge.shelf import ShelvedPack
from nexus_appliance.knowledge.weights import PASSAGE, Calibration

LOOKED_AT = 20
"""Candidates that get a second look; the right one stands among them in 99 of 100 questions."""

log = logging.getLogger(__name__)

Ranked = list[tuple[Candidate, float]]
FloatArray = NDArray[np.float64]

Nearness = Mapping[str, float]
"""The cosine between the question and each sentence (`units`) of the windows that are looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a search weighs it: its vector, its content words with their rarity, and what it asks for."""

    text: str
    vector: NDArray[np.float32]
    wanted: Rarity
    kind: Kind

    @classmethod
    def of(cls, text: str, vector: NDArray[np.float32], wanted: Rarity) -> "Question":
        """A question whose words tell what it asks for."""
        return cls(text, vector, wanted, kind_of(text))


def look_again(
    packs: Sequence[ShelvedPack], found: Sequence[Candidate], question: Question, calibration: Calibration
) -> tuple[Ranked, Nearness | None]:
    """The candidates, best first, and the nearness of the sentences that were looked at (None: not known yet).

    The first `LOOKED_AT` of the plain fusion are ordered by their signs; the others follow as they were.
    """
    fused = fuse(found)
    first, rest = [candidate for candidate, _ in fused[:LOOKED_AT]], fused[LOOKED_AT:]
    near = nearness(packs, first, question.vector)
    weights = (calibration.plain if near is None else calibration.near).passage
    scores = passage_signs(packs, found, first, question, near or {}) @ weights
    order = np.argsort(-scores, kind="stable")
    # those behind keep their order below the last of the first
    floor = float(scores.min(initial=0.0)) - (rest[0][1] if rest else 0.0)
    return [*((first[row], float(scores[row])) for row in order), *((one, score + floor) for one, score in rest)], near


def nearness(packs: Sequence[ShelvedPack], places: Sequence[Candidate], vector: NDArray[np.float32]) -> Nearness | None:
    """See `Nearness`; None while no pack among them has vectors of its sentences.

    The sentences of a pack that has none beside others that have (a fresh note) are as near as their windows.
    """
    near: dict[str, float] = {}
    known = False
    for number in {candidate.place[0] for candidate in places}:
        pack, cosines = packs[number], {one.place[1]: one.cosine for one in places if one.place[0] == number}
        found = _sentence_cosines(pack, list(cosines), vector)
        known = known or found is not None
        for row, cosine in cosines.items():
            listed = units(pack.window_text(row))
            near.update(zip(listed, found[row] if found else [cosine] * len(listed), strict=True))
    return near if known else None


def _sentence_cosines(
    pack: ShelvedPack, rows: Sequence[int], vector: NDArray[np.float32]
) -> Mapping[int, Sequence[float]] | None:
    """The cosines of the sentences of each window; None without them, also when their file has been spoiled."""
    if pack.sentences is None:
        return None
    try:
        found = pack.sentences.of_windows(rows)
    except (OSError, ValueError):
        log.exception("pack %d: the vectors of its sentences cannot be read", pack.pack_id)
        return None
    if any(len(vectors) != len(units(pack.window_text(row))) for row, vectors in found.items()):
        log.error("pack %d: the vectors of its sentences are of another text", pack.pack_id)
        return None
    return {row: (vectors @ vector).tolist() for row, vectors in found.items()}


def passage_signs(
    packs: Sequence[ShelvedPack],
    found: Sequence[Candidate],
    looked_at: Sequence[Candidate],
    question: Question,
    near: Nearness,
) -> FloatArray:
    """The signs (len(looked_at), len(PASSAGE)) of candidates, in the order of `PASSAGE`.

    `dense` and `lexical` are z-scores among all `found`; `heading`: the share of the question's words, by rarity, in
    the headings; `sentence`: in the best sentence; `fitting`: in the best one that holds the kind of thing asked for;
    `near` and `near_fitting`: the cosines of the nearest sentence and of the nearest such one, as z-scores here.
    """
    place = {candidate.place: number for number, candidate in enumerate(found)}
    kept = [place[candidate.place] for candidate in looked_at]
    dense = standardise([candidate.cosine for candidate in found])[kept]
    worded = standardise([candidate.lexical for candidate in found])[kept]
    rows = np.array([_signs(packs[one.place[0]], one.place[1], question, near) for one in looked_at])
    rows = rows.reshape(-1, len(PASSAGE) - 2)
    return np.column_stack([dense, worded, rows[:, :3], *map(_among_known, rows[:, 3:].T)])


def _among_known(cosines: FloatArray) -> FloatArray:
    """Cosines as z-scores; a window without sentences (nan) is as near as the others are on average."""
    known = cosines[~np.isnan(cosines)]
    return standardise(np.where(np.isnan(cosines), known.mean() if len(known) else 0.0, cosines).tolist())


def _signs(pack: ShelvedPack, row: int, question: Question, near: Nearness) -> tuple[float, ...]:
    best = fitting = 0.0
    cosines: list[float] = []
    fitting_cosines: list[float] = []
    for sentence in units(pack.window_text(row)):
        share, cosine = coverage(question.wanted, sentence), near.get(sentence, 0.0)
        best = max(best, share)
        cosines.append(cosine)
        if holds(question.kind, sentence, question.wanted):
            fitting = max(fitting, share)
            fitting_cosines.append(cosine)
    lowest = min(cosines, default=np.nan)
    heading = coverage(question.wanted, pack.chunks[pack.windows[row][0]].section)
    return heading, best, fitting, max(cosines, default=np.nan), max(fitting_cosines, default=lowest)
