"""Stand-ins with state for tests of several rooms; never imported by the product."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.curriculum.encoder import EncoderIdentity

FloatArray = NDArray[np.float32]


class HashEncoder:
    """An encoder without a model: a text's vector is the sum of pseudo-random vectors of its words."""

    def __init__(self, name: str = "hash", dimensions: int = 32) -> None:
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        self.identity = EncoderIdentity(
            id=name, dimensions=dimensions, dtype="float16", query_prefix="", passage_prefix="", sha256=sha256
        )

    room = 500

    def token_count(self, text: str) -> int:
        """One token a word."""
        return len(re.findall(r"\w+", text))

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of unit length, the same for the same words in any order."""
        if not texts:
            return np.zeros((0, self.identity.dimensions), np.float32)
        return np.stack([self._vector(text) for text in texts])

    def queries(self, texts: Sequence[str]) -> FloatArray:
        """The same as for passages."""
        return self.passages(texts)

    def _vector(self, text: str) -> FloatArray:
        total = np.full(self.identity.dimensions, 1e-3, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            total += np.random.default_rng(seed).standard_normal(self.identity.dimensions).astype(np.float32)
        return np.asarray(total / np.linalg.norm(total), np.float32)


class ExactIndex:
    """A `VectorIndex` in memory that looks at every vector: the oracle for approximate search."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[int, FloatArray]] = {}

    def add(self, collection: str, rows: Sequence[int], vectors: FloatArray) -> None:
        """See `VectorIndex`."""
        self.stored.setdefault(collection, {}).update(zip(rows, vectors, strict=True))

    def search(self, collection: str, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
        """See `VectorIndex`."""
        from nexus_appliance.knowledge.vectors import CollectionGone

        if collection not in self.stored:
            raise CollectionGone(collection)
        cosines = [(row, float(stored @ vector)) for row, stored in self.stored[collection].items()]
        return sorted(cosines, key=lambda item: (-item[1], item[0]))[:limit]

    def count(self, collection: str) -> int:
        """See `VectorIndex`."""
        return len(self.stored.get(collection, {}))

    def drop(self, collection: str) -> None:
        """See `VectorIndex`."""
        self.stored.pop(collection, None)

    def collections(self) -> frozenset[str]:
        """See `VectorIndex`."""
        return frozenset(self.stored)
