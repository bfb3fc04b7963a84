"""A second look at the first candidates: does one sentence answer, and does the heading speak of it.

Vectors and BM25 weigh a window as a whole. A listing that happens to use the words of a question then stands before the
sentence that says how they differ. What is measured here takes 5 ms for twenty windows.
"""

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

Ranked = list[tuple[Candidate, float]]
FloatArray = NDArray[np.float64]

Nearness = Mapping[str, float]
"""The cosine between the question and each sentence (`units`) of the windows that are looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a search weighs it: its vector, and its content words with their rarity."""

    text: str
    vector: NDArray[np.float32]
    wanted: Rarity

    @property
    def kind(self) -> Kind:
        """What it asks for."""
        return kind_of(self.text)


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
    """See `Nearness`; None while a pack among them has no vectors of its sentences."""
    rows: dict[int, list[int]] = {}
    for candidate in places:
        rows.setdefault(candidate.place[0], []).append(candidate.place[1])
    near: dict[str, float] = {}
    for number, wanted in rows.items():
        pack = packs[number]
        vectors = pack.sentences.of_windows(wanted) if pack.sentences else None
        if vectors is None:
            return None
        for row in wanted:
            near.update(zip(units(pack.window_text(row)), map(float, vectors[row] @ vector), strict=True))
    return near


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
    return np.column_stack([dense, worded, rows[:, :3], *(standardise(list(column)) for column in rows[:, 3:].T)])


def _signs(pack: ShelvedPack, row: int, question: Question, near: Nearness) -> tuple[float, ...]:
    best = fitting = 0.0
    cosines, fitting_cosines = [0.0], []
    for sentence in units(pack.window_text(row)):
        share, cosine = coverage(question.wanted, sentence), near.get(sentence, 0.0)
        best = max(best, share)
        cosines.append(cosine)
        if holds(question.kind, sentence, question.wanted):
            fitting = max(fitting, share)
            fitting_cosines.append(cosine)
    lowest = min(cosines[1:], default=0.0)
    heading = coverage(question.wanted, pack.chunks[pack.windows[row][0]].section)
    return heading, best, fitting, max(cosines), max(fitting_cosines, default=lowest)
