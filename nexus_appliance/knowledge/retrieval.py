"""Dense and lexical candidates of several packs, joined into one order."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.knowledge import lexical
from nexus_appliance.knowledge.passages import Passage, Signals
from nexus_appliance.knowledge.shelf import ShelvedPack
from nexus_appliance.knowledge.tokens import content_words, terms
from nexus_appliance.knowledge.vectors import VectorIndex

FloatArray = NDArray[np.float32]

CANDIDATES = 100
"""Windows that each of the two searches gives; the right one was never further down."""

DENSE_WEIGHT = 0.8
"""Weight of the dense z-score; 0.7-0.85 measured best on three Indonesian sets."""

DISTINCT_PAGES = 5
"""Passages are chosen so that the first ones lie on at least so many pages, if the books have them."""

PER_PAGE = 2
"""Passages of one page at most: a third one says little new and costs other pages their place."""

OVERLAP = 0.5
"""Two windows that share more than this part of the shorter one are one passage."""

EVIDENCE = 5
"""Passages in which the gate looks for the question's words."""

Place = tuple[int, int]
"""(index of the pack, row in it)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A window with its two scores; `cosine` is that of the weakest candidate when the dense search missed it."""

    place: Place
    cosine: float
    lexical: float


def candidates(
    packs: Sequence[ShelvedPack], vectors: VectorIndex, vector: FloatArray, question: str
) -> list[Candidate]:
    """What either search finds among all windows of the packs; raises `CollectionGone` after a sweep."""
    dense: dict[Place, float] = {}
    for number, pack in enumerate(packs):
        limit = min(CANDIDATES, len(pack.windows))
        for row, cosine in vectors.search(pack.collection, vector, limit):
            dense[number, row] = cosine
    nearest = dict(sorted(dense.items(), key=lambda item: -item[1])[:CANDIDATES])
    worded = lexical.scores([pack.postings for pack in packs], question)
    floor = min(nearest.values(), default=0.0)
    places = nearest.keys() | set(_best(worded, CANDIDATES))
    found = (Candidate(place, dense.get(place, floor), float(worded[place[0]][place[1]])) for place in places)
    return sorted(found, key=lambda candidate: candidate.place)


def _best(scores: Sequence[FloatArray], limit: int) -> Iterator[Place]:
    """The places of the highest scores above zero."""
    flat = np.concatenate([*scores, np.zeros(0, np.float32)])
    starts = np.cumsum([0, *map(len, scores)])
    for index in np.argsort(-flat, kind="stable")[:limit]:
        if flat[index] > 0:
            pack = int(np.searchsorted(starts, index, side="right")) - 1
            yield pack, int(index - starts[pack])


def fuse(found: Sequence[Candidate], dense_weight: float = DENSE_WEIGHT) -> list[tuple[Candidate, float]]:
    """Candidates with their fused score, best first: weighted z-scores over the candidates."""
    dense = standardise([candidate.cosine for candidate in found])
    worded = standardise([candidate.lexical for candidate in found])
    fused = dense_weight * dense + (1 - dense_weight) * worded
    order = np.argsort(-fused, kind="stable")
    return [(found[index], float(fused[index])) for index in order]


def standardise(values: Sequence[float]) -> NDArray[np.float64]:
    """Values as z-scores; all zero when they do not differ."""
    array = np.asarray(values, np.float64)
    deviation = array.std() if len(array) else 0.0
    return (array - array.mean()) / deviation if deviation > 1e-9 else np.zeros_like(array)


def select(packs: Sequence[ShelvedPack], ranked: Sequence[tuple[Candidate, float]], limit: int) -> tuple[Passage, ...]:
    """The best windows in order, without near-duplicates, spread over at least `DISTINCT_PAGES` pages."""
    chosen: list[Passage] = []
    taken: list[tuple[int, tuple[int, int, int]]] = []
    for candidate, score in ranked:
        if len(chosen) == limit:
            break
        number, row = candidate.place
        pack = packs[number]
        passage = pack.passage(row, score, candidate.cosine)
        extent = (number, pack.extent(row))
        if _has_room(passage, chosen, limit) and not any(_overlap(extent, other) for other in taken):
            chosen.append(passage)
            taken.append(extent)
    return tuple(chosen)


def _has_room(passage: Passage, chosen: Sequence[Passage], limit: int) -> bool:
    """A new page always has; another window of a page has when enough places remain for further pages."""
    if any(passage.text == other.text for other in chosen):
        return False
    pages = {(other.pack_id, other.page) for other in chosen}
    if (passage.pack_id, passage.page) not in pages:
        return True
    same = sum((other.pack_id, other.page) == (passage.pack_id, passage.page) for other in chosen)
    return same < PER_PAGE and limit - len(chosen) > DISTINCT_PAGES - len(pages)


def _overlap(one: tuple[int, tuple[int, int, int]], other: tuple[int, tuple[int, int, int]]) -> bool:
    (pack, (chunk, start, end)), (pack2, (chunk2, start2, end2)) = one, other
    if (pack, chunk) != (pack2, chunk2):
        return False
    shared = min(end, end2) - max(start, start2)
    return shared > OVERLAP * min(end - start, end2 - start2)


def signals(
    packs: Sequence[ShelvedPack], question: str, found: Sequence[Candidate], passages: Sequence[Passage]
) -> Signals:
    """The numbers by which the gate decides; see `Signals`."""
    rarity = {word: _rarity(packs, word) for word in content_words(question)}
    texts = [f"{passage.section}\n{passage.text}" for passage in passages[:EVIDENCE]]
    return Signals(
        cosine=max((candidate.cosine for candidate in found), default=0.0),
        coverage=max((_coverage(rarity, text) for text in texts), default=0.0),
        words=len(rarity),
    )


def _rarity(packs: Sequence[ShelvedPack], word: str) -> float:
    """How much a stem tells in these books: its idf, largest for a word that they do not have."""
    total = sum(len(pack.windows) for pack in packs)
    holding = sum(len(pack.postings.find(f"~{word}")[0]) for pack in packs)
    return math.log1p((total - holding + 0.5) / (holding + 0.5))


def _coverage(rarity: Mapping[str, float], text: str) -> float:
    """The share of the question's words, weighted by rarity, that a text holds."""
    held = set(terms(text))
    whole = sum(rarity.values())
    return sum(weight for word, weight in rarity.items() if f"~{word}" in held) / whole if whole else 0.0
