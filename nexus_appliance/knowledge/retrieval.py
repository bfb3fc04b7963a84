"""Dense and lexical candidates of several packs, joined into one order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.curriculum.encoder import Encoder, shortened
from nexus_appliance.knowledge import lexical
from nexus_appliance.knowledge.shelf import ShelvedPack
from nexus_appliance.knowledge.vectors import VectorIndex

FloatArray = NDArray[np.float32]

CANDIDATES = 100
"""Windows that each of the two searches gives; the right one was never further down."""

READ = 2
"""Windows that are read there and then where vectors are lacking; each takes the encoder a tenth of a second or two."""

DENSE_WEIGHT = 0.65
"""Weight of the dense z-score; on 700 questions 0.6-0.75 differ by less than chance, code books like the lower end."""

Place = tuple[int, int]
"""(index of the pack, row in it)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A window with its two scores; `cosine` is that of the weakest candidate when the dense search missed it."""

    place: Place
    cosine: float
    lexical: float


def candidates(
    packs: Sequence[ShelvedPack], vectors: VectorIndex, encoder: Encoder, vector: FloatArray, question: str
) -> list[Candidate]:
    """What either search finds among all windows of the packs; raises `CollectionGone` after a sweep.

    In a pack that has no vectors yet words alone find; the first windows are read there and then, so that it is known
    how near the nearest is.
    """
    dense: dict[Place, float] = {}
    worded = lexical.scores([pack.postings for pack in packs], question)
    for number, pack in enumerate(packs):
        if not pack.collection:
            dense.update(_read(number, pack, worded[number], encoder, vector))
            continue
        limit = min(CANDIDATES, len(pack.windows))
        for row, cosine in vectors.search(pack.collection, vector, limit):
            dense[number, row] = cosine
    nearest = dict(sorted(dense.items(), key=lambda item: -item[1])[:CANDIDATES])
    floor = min(nearest.values(), default=0.0)
    places = nearest.keys() | set(_best(worded, CANDIDATES))
    found = (Candidate(place, dense.get(place, floor), float(worded[place[0]][place[1]])) for place in places)
    return sorted(found, key=lambda candidate: candidate.place)


def _read(
    number: int, pack: ShelvedPack, scores: FloatArray, encoder: Encoder, vector: FloatArray
) -> Iterator[tuple[Place, float]]:
    """The cosines of the windows of a pack that words find first."""
    rows = [row for _, row in _best([scores], READ)]
    texts = [shortened(pack.window_passage(row), encoder) for row in rows]
    cosines = encoder.passages(texts) @ vector if texts else ()
    for row, cosine in zip(rows, cosines, strict=True):
        yield (number, row), float(cosine)


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
