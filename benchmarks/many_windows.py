"""Measure how long a search takes in a subject of ten thousand windows.

    python -m benchmarks.many_windows --data DIR [--cache DIR]

The windows of the encyclopedia, over and over with their words in another order each time, in five packs as of five
books; their vectors and those of their sentences are random, for the time does not depend on what they mean. Asks the
answerable questions of core_450, each encoded anew, and writes benchmarks/results/many_windows.json.
"""

import argparse
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from benchmarks.results import write_results
from benchmarks.retrieval import VOLUMES, ask
from benchmarks.shelves import Shelves, remade, temporary_shelves
from benchmarks.vector_cache import CachedEncoder
from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.pack import Pack, read_pack, write_pack
from nexus_appliance.tutoring.cases import read_cases

WINDOWS, PACKS = 10_000, 5


class RandomPassages(CachedEncoder):
    """Questions are encoded, passages get random vectors."""

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors (n, dimensions), the same on each run."""
        return _random_vectors(len(texts), self.identity.dimensions)

    def save(self) -> None:
        """Nothing here is worth keeping."""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.many_windows")
    arguments.add_argument("--data", type=Path, help="the folder of the developers' set")
    arguments.add_argument("--cache", type=Path, default=Path(gettempdir()) / "nexus-benchmarks")
    given = arguments.parse_args()
    if given.data is None:
        print("benchmarks.many_windows: not run (give --data DIR)")
        return
    corpus = given.data / "corpus"
    with temporary_shelves(given.cache) as shelves:
        source = [shelves.pack(corpus / name) for name in VOLUMES]
    load = os.getloadavg()[0]
    with temporary_shelves(given.cache, RandomPassages) as shelves:
        subject = shelves.fill("banyak", list(_packs(shelves, [read_pack(path) for path in source], given.cache)))
        cases = [case for case in read_cases(given.data / "qa" / "core_450.jsonl") if case.answerable]
        figures = ask(shelves, subject, cases).figures()
        windows = shelves.windows(subject)
    times = {name: figures[name] for name in ("p50_ms", "p95_ms")}
    write_results("many_windows", {"windows": windows, "packs": PACKS, "questions": len(cases), **times}, load)


def _packs(shelves: Shelves, source: Sequence[Pack], cache: Path) -> Iterator[Path]:
    chance = random.Random(1)
    for number in range(PACKS):
        pack = source[number % len(source)]
        windows = [(chunk, place) for chunk in pack.chunks for place in range(len(chunk.windows))]
        drawn = chance.choices(windows, k=WINDOWS // PACKS)
        chunks = tuple(_shuffled(chunk, place, chance) for chunk, place in drawn)
        vectors = _random_vectors(len(chunks), shelves.encoder.identity.dimensions, number)
        path = cache / f"banyak{number}.vkp"
        write_pack(path, remade(pack, chunks, vectors))
        yield path


def _shuffled(chunk: Chunk, place: int, chance: random.Random) -> Chunk:
    """A chunk of one window: that of the chunk at this place, with its words in another order."""
    words = chunk.window_text(place).split()
    chance.shuffle(words)
    text = " ".join(words)
    return Chunk(text, chunk.section, (Span(0, chunk.spans[0].page, None),), (Window(0, len(text)),))


def _random_vectors(count: int, dimensions: int, seed: int = 0) -> FloatArray:
    vectors = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    main()
