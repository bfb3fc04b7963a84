"""BM25 over stems and surface forms. Each pack has postings of its own; a search joins those of all packs.

Document frequencies and lengths are summed over the packs at query time, so activating a pack rebuilds nothing and
the scores are exactly those of one index over all windows.
"""

import io
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.knowledge.tokens import terms

K1 = 1.5
"""Saturation of repeated terms in BM25: the usual value."""

B = 0.4
"""How far long windows are marked down: windows are short and alike; the usual 0.75 cost 1 % of first places."""

FORMAT = 2
"""Version of the postings file and of what `tokens.terms` gives; another version is rebuilt from the pack."""

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """The inverted index of one pack: term i occurs `counts[k]` times in window `rows[k]`, k in starts[i:i+1]."""

    vocabulary: dict[str, int]
    starts: IntArray
    rows: IntArray
    counts: IntArray
    lengths: IntArray

    @classmethod
    def build(cls, texts: Iterable[str]) -> "Postings":
        """Index the window texts of a pack in row order; about 1 ms a window once the stems are known."""
        lists: dict[str, list[tuple[int, int]]] = {}
        lengths = []
        for row, text in enumerate(texts):
            counts = Counter(terms(text))
            lengths.append(counts.total())
            for term, count in counts.items():
                lists.setdefault(term, []).append((row, count))
        flat = np.array([pair for pairs in lists.values() for pair in pairs], np.int32).reshape(-1, 2)
        starts = np.cumsum([0, *map(len, lists.values())], dtype=np.int32)
        vocabulary = {term: number for number, term in enumerate(lists)}
        return cls(vocabulary, starts, flat[:, 0].copy(), flat[:, 1].copy(), np.array(lengths, np.int32))

    def find(self, term: str) -> tuple[IntArray, IntArray]:
        """The rows that hold a term, and how often each does."""
        number = self.vocabulary.get(term)
        if number is None:
            return self.rows[:0], self.counts[:0]
        part = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.rows[part], self.counts[part]

    def save(self, path: Path) -> None:
        """Write the postings beside the pack: derived data, so a torn file is no loss."""
        buffer = io.BytesIO()
        vocabulary = np.frombuffer("\n".join(self.vocabulary).encode(), np.uint8)
        np.savez_compressed(
            buffer,
            format=np.array([FORMAT]),
            vocabulary=vocabulary,
            starts=self.starts,
            rows=self.rows,
            counts=self.counts,
            lengths=self.lengths,
        )
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(buffer.getvalue())
        os.replace(temporary, path)

    @classmethod
    def load(cls, path: Path, windows: int) -> "Postings | None":
        """Read what `save` wrote for a pack of so many windows; None when missing, damaged or of another format."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                if arrays["format"].tolist() != [FORMAT] or len(arrays["lengths"]) != windows:
                    return None
                listed = arrays["vocabulary"].tobytes().decode().split("\n")
                vocabulary = {term: number for number, term in enumerate(listed)}
                return cls(vocabulary, *(arrays[name] for name in ("starts", "rows", "counts", "lengths")))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None


def scores(packs: Sequence[Postings], question: str) -> list[FloatArray]:
    """The BM25 score of every window of every pack for a question; 0 where no term occurs."""
    results = [np.zeros(len(pack.lengths), np.float32) for pack in packs]
    total = sum(len(pack.lengths) for pack in packs)
    if not total:
        return results
    mean = sum(int(pack.lengths.sum()) for pack in packs) / total or 1.0
    norms = [K1 * (1 - B + B * pack.lengths / mean) for pack in packs]
    for term, weight in Counter(terms(question)).items():
        found = [pack.find(term) for pack in packs]
        frequency = sum(len(rows) for rows, _ in found)
        idf = weight * np.log1p((total - frequency + 0.5) / (frequency + 0.5))
        for result, norm, (rows, counts) in zip(results, norms, found, strict=True):
            result[rows] += idf * counts * (K1 + 1) / (counts + norm[rows])
    return results
