"""Measure what an update moves, and how long students wait for passages while a large pack comes in.

    python -m benchmarks.updates [--data DIR] [--cache DIR]

Publishes a pack and its correction (20 words on one page) in a channel behind a real web server and lets a school take
both: the Go book of the developers' set, else the demo book. The correction is made twice: appended to the PDF, and
with the whole PDF written anew. Then a pack of 5,000 chunks with random vectors is staged while four students ask the
demo book's questions, one a second each. Writes benchmarks/results/updates.json.
"""

import argparse
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import numpy as np

from benchmarks.results import write_results
from benchmarks.shelves import remade
from benchmarks.vector_cache import CachedEncoder
from cloud import channel
from cloud.keys import FolderKeys
from cloud.publishing import publish_folder
from cloud.store import FolderStore
from nexus_appliance.curriculum.build import BookSource, build_pack
from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.pack import read_pack, write_pack
from nexus_appliance.distribution.looking import Looking, LookProgress
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import HttpSource
from nexus_appliance.knowledge.encoder_child import EncoderChild
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import describe
from nexus_appliance.knowledge.vectors import ChromaIndex
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import Home
from nexus_appliance.storage.migrate import upgrade
from nexus_appliance.storage.schema import Subject
from nexus_appliance.tutoring.cases import read_cases
from nexus_appliance.tutoring.evaluation import percentile
from tests.corrections import corrected
from tests.distribution.servers import web_server

DEMO = Path(__file__).parents[1] / "assets" / "demo"
SUBJECT = "informatika_10"
CHUNKS = 5_000
STUDENTS, PAUSE = 4, 1.0
"""Students who ask, and the seconds each waits before the next question."""
IDLE_SECONDS = 20.0
"""How long they ask before anything is staged, to compare with."""


@dataclass(frozen=True, slots=True)
class School:
    """A library that follows a channel."""

    home: Path
    library: Library
    database: Database
    subject: int

    def look(self, url: str, root: bytes) -> dict[str, int]:
        """Look once, a minute from now: what came in, requests, bytes of their answers."""
        source, now = HttpSource(url), datetime.now(UTC) + timedelta(minutes=1)
        bounds = Bounds(self.library.require_room, lambda: None)
        outcome = Looking(self.database, self.library, self.home, LookProgress()).look(source, root, now, bounds)
        return {"installed": outcome.installed, "requests": source.requests, "received": source.received}


@contextmanager
def new_school(home: Path, encoder: EncoderChild) -> Iterator[School]:
    """A school with one subject."""
    owner = Home(home)
    database = Database(f"sqlite:///{home / 'nexus.sqlite'}")
    upgrade(database)
    vectors = ChromaIndex(home / "vectors", encoder.identity.key)
    with database.write() as session:
        subject = Subject(grade=10, name="Informatika", code=SUBJECT)
        session.add(subject)
    try:
        yield School(home, Library(database, home, vectors, encoder), database, subject.id)
    finally:
        vectors.close()
        database.close()
        owner.close()


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.updates")
    arguments.add_argument("--data", type=Path, help="the folder of the developers' set")
    arguments.add_argument("--cache", type=Path, default=Path(gettempdir()) / "nexus-benchmarks")
    given = arguments.parse_args()
    book = given.data / "corpus" / "golang_dasar_a.pdf" if given.data else DEMO / "informatika_10.pdf"
    given.cache.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    child = EncoderChild()
    encoder = CachedEncoder(child, given.cache)
    try:
        with TemporaryDirectory(prefix="nexus-bench-") as folder:
            moved = {kind: move(Path(folder) / kind, book, child, encoder, anew=kind == "anew") for kind in KINDS}
            staging = stage(Path(folder), child, encoder)
    finally:
        child.close()
    encoder.save()
    write_results("updates", {"book": book.name, "moved": moved, "staging": staging}, load)


KINDS = ("appended", "anew")


def move(folder: Path, book: Path, child: EncoderChild, encoder: CachedEncoder, *, anew: bool) -> dict[str, object]:
    """Bytes and requests of a first pack, of nothing new, and of a correction."""
    folder.mkdir()
    packs = [folder / "1.0.0.vkp", folder / "1.1.0.vkp"]
    for pack, pdf in zip(packs, (book, corrected(book, folder / "corrected.pdf", 10, anew=anew)), strict=True):
        build_pack(BookSource(pdf, "Buku", book.name, SUBJECT, 10, None, pack.stem, "buku"), encoder, pack)
    keys, store, now = FolderKeys(folder / "keys"), FolderStore(folder / "channel"), datetime.now(UTC)
    keys.generate()
    root = channel.create(store, keys, now)
    channel.add_subject(store, keys, SUBJECT, now)
    with web_server(folder / "channel") as url, new_school(folder / "home", child) as school:
        publish_folder(folder / "channel", keys, packs[0], now)
        first, idle = school.look(url, root), school.look(url, root)
        publish_folder(folder / "channel", keys, packs[1], now)
        update = school.look(url, root)
    full = packs[1].stat().st_size
    return {
        "full_pack": full,
        "first": first,
        "nothing_new": idle,
        "update": update,
        "share": round(update["received"] / full, 4),
    }


def stage(folder: Path, child: EncoderChild, encoder: CachedEncoder) -> dict[str, object]:
    """How long a search takes while a pack of 5,000 chunks is staged, and without it."""
    book, large = folder / "demo.vkp", folder / "large.vkp"
    build_pack(BookSource(DEMO / "informatika_10.pdf", "Informatika", "a.pdf", SUBJECT, 10), encoder, book)
    _write_large(large, book)
    questions = [case.text for case in read_cases(DEMO / "questions.jsonl")]
    with new_school(folder / "staging", child) as school:
        first = school.library.stage(book, school.subject, "book:demo")
        with school.database.write() as session:
            generations.activate(session, first, describe(read_pack(book).manifest))
        school.library.search(school.subject, questions[0])
        before: list[float] = []
        with asking(school, questions, before):
            time.sleep(IDLE_SECONDS)
        during: list[float] = []
        began = time.monotonic()
        with asking(school, questions, during):
            school.library.stage(large, school.subject, "channel:large")
        seconds = time.monotonic() - began
    return {
        "chunks": CHUNKS,
        "seconds": round(seconds, 1),
        "questions": len(during),
        "idle_p50_ms": percentile(before, 0.5),
        "idle_p95_ms": percentile(before, 0.95),
        "p50_ms": percentile(during, 0.5),
        "p95_ms": percentile(during, 0.95),
    }


@contextmanager
def asking(school: School, questions: list[str], times: list[float]) -> Iterator[None]:
    """Students who ask meanwhile; `times` gets the milliseconds of each search."""
    ended = threading.Event()

    def student(number: int) -> None:
        chance = random.Random(number)
        while not ended.wait(PAUSE * chance.uniform(0.5, 1.5)):
            start = time.perf_counter()
            school.library.search(school.subject, chance.choice(questions))
            times.append(1000 * (time.perf_counter() - start))

    students = [threading.Thread(target=student, args=(number,)) for number in range(STUDENTS)]
    for one in students:
        one.start()
    try:
        yield
    finally:
        ended.set()
        for one in students:
            one.join()


def _write_large(path: Path, like: Path) -> None:
    """A pack of CHUNKS chunks with random vectors."""
    pack = read_pack(like)
    texts = [chunk.text for chunk in pack.chunks]
    chunks = tuple(
        Chunk(text := f"Bagian {n}. {texts[n % len(texts)][:400]}", "Bab", (Span(0, 1, None),), (Window(0, len(text)),))
        for n in range(CHUNKS)
    )
    write_pack(path, remade(pack, chunks, _random_vectors(CHUNKS, pack.identity.dimensions)))


def _random_vectors(count: int, dimensions: int) -> FloatArray:
    vectors = np.random.default_rng(1).standard_normal((count, dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype("<f2").astype(np.float32)


if __name__ == "__main__":
    main()
