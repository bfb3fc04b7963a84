"""Texts whose vectors tell whether an encoder is the one that a pack was made with: engines and builds differ."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.manifest import Canaries, stored
from nexus_appliance.curriculum.parts import Part

PASSAGES = (
    "Fotosintesis adalah proses tumbuhan membuat makanan dari air dan karbon dioksida dengan bantuan cahaya.",
    "Persamaan kuadrat ax² + bx + c = 0 mempunyai dua akar nyata jika diskriminannya lebih besar dari nol.",
)
QUESTIONS = (
    "Mengapa daun berwarna hijau?",
    "gmn cara menghitung luas lingkaran",
)
TOLERANCE = 0.001
"""Cosine distance up to which two vectors count as one encoder's: engines of the same weights differ by 0.00004, and
rounding to 16 bits adds less than a millionth."""


class BothWays(Protocol):
    """The part of an encoder that canaries need."""

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors (n, dimensions) of passages."""

    def queries(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors (n, dimensions) of questions."""


def made(encoder: BothWays) -> tuple[Canaries, FloatArray]:
    """The canaries of a pack that this encoder makes, and their vectors as the pack stores them."""
    named = Canaries(PASSAGES, QUESTIONS)
    vectors = _encoded(encoder, named)
    return Canaries(PASSAGES, QUESTIONS, (Part.of(stored(vectors)),)), vectors.astype("<f2").astype(np.float32)


def agree(encoder: BothWays, canaries: Canaries, vectors: FloatArray) -> bool:
    """Whether this encoder makes the vectors of a pack's canaries; a pack without any is taken at its word."""
    if not len(vectors):
        return True
    found = _encoded(encoder, canaries)
    if found.shape != vectors.shape:
        return False
    return bool((1 - np.sum(found * vectors, axis=1) <= TOLERANCE).all())


def _encoded(encoder: BothWays, canaries: Canaries) -> FloatArray:
    return np.concatenate([encoder.passages(canaries.passages), encoder.queries(canaries.questions)])
