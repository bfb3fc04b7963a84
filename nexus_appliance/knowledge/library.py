"""The library of all subjects: packs come in, passages come out."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from nexus_appliance.curriculum.encoder import Encoder
from nexus_appliance.curriculum.pack import read_scan
from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.knowledge.packs import PackStore, Report
from nexus_appliance.knowledge.passages import SECTION_SEPARATOR, Retrieval
from nexus_appliance.knowledge.reencoding import Reencoder
from nexus_appliance.knowledge.refining import Refiner
from nexus_appliance.knowledge.search import Search
from nexus_appliance.knowledge.shelf import KEY, Shelf, ShelvedPack
from nexus_appliance.knowledge.vectors import CollectionGone, VectorIndex
from nexus_appliance.knowledge.weights import Calibration
from nexus_appliance.storage import generations, schema
from nexus_appliance.storage.database import Database

SECTION_TEXT = 60
"""Characters below which a section is a title page or a caption, nothing that one asks about."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cited:
    """The passage behind a key: its text, its book's PDF by hash, and the numbers printed on the book's pages."""

    text: str
    source_sha256: str
    page_count: int
    printed: Mapping[int, str | None]


class Library:
    """Staging, searching, sweeping and repairing; synchronous, safe to call from many threads.

    Activation, removal and undoing it are transactions of `storage.generations`, which knows nothing of files: a
    search reads the subject's generation each time, so it sees them at once.
    """

    def __init__(self, database: Database, home: Path, vectors: VectorIndex, encoder: Encoder) -> None:
        self._database = database
        self._vectors = vectors
        self._encoder = encoder
        self._store = PackStore(database, home, vectors, encoder)
        self._calibration = Calibration.of(encoder.identity.id)
        self._shelf = Shelf(self._store)
        self._refiner = Refiner(self._store, self._shelf)
        self._reencoder = Reencoder(database, self._store, vectors, encoder)
        self._asking = 0
        self._count = threading.Lock()

    def stage(self, pack_file: Path, subject_id: int, source: str, report: Report | None = None) -> int:
        """Prepare a pack beside those that answer; the id of its row, in state `staged`, for `generations.activate`.

        Takes about 5 s for a book of 300 pages, longer while students ask. Raises `Invalid` (pack_damaged,
        pack_format_unknown) and `Unavailable` (disk_full); nothing is left of the pack then.
        """
        pack_id = self._store.stage(pack_file, subject_id, source, report)
        with self._database.read() as session:
            row = session.get_one(schema.Pack, pack_id)
        self._warm(row)
        return pack_id

    def require_room(self, size: int) -> None:
        """Raise `Unavailable` (disk_full) when `size` more bytes would leave too little of the disk."""
        self._store.require_room(size)

    def file(self, row: schema.Pack) -> Path:
        """Where the pack file of a row lies."""
        return self._store.path(row.file)

    def search(self, subject_id: int, question: str, limit: int = 8, dense_weight: float | None = None) -> Retrieval:
        """The passages of a subject's books that fit a question, best first, at most `limit`.

        `dense_weight` is for measurements: 1 orders by meaning alone, 0 by words alone, both without a second look.
        Raises `Missing` (subject_unknown, subject_empty) and `Unavailable` (encoder_gone).
        """
        with self._in_flight():
            try:
                return self._search(subject_id, question, limit, dense_weight)
            except CollectionGone:  # swept between reading the generation and asking it: the next one is there
                return self._search(subject_id, question, limit, dense_weight)

    def headings(self, subject_id: int, least: int = SECTION_TEXT) -> list[tuple[str, ...]]:
        """The headings above each section of the subject's books, outermost first, in reading order, once each.

        A section of fewer than `least` characters is left out. Raises `Missing` (subject_empty).
        """
        length: Counter[str] = Counter()
        for pack in self._active(subject_id):
            for chunk in pack.chunks:
                length[chunk.section] += len(chunk.text)
        found = (section for section, count in length.items() if section and count >= least)
        return [tuple(section.split(SECTION_SEPARATOR)) for section in found]

    def cited(self, subject_id: int, key: str) -> Cited:
        """The passage that `Passage.key` names, while a pack of the subject answers with it.

        Raises `Missing` (page_unknown, subject_unknown, subject_empty).
        """
        pack, row = self._row(subject_id, key)
        number, window = pack.windows[row]
        spans = {span.page: span.printed for chunk in pack.chunks for span in chunk.spans}
        return Cited(pack.chunks[number].window_text(window), pack.source_sha256, pack.page_count, spans)

    def scan(self, subject_id: int, key: str, page: int) -> Scan | None:
        """The words of a page of the book that `key` names, if it was read from its picture; raises as `cited`.

        None also when the pack has just been swept or its file is damaged: it costs the marks, not the page.
        """
        pack, _ = self._row(subject_id, key)
        if page not in pack.scanned:
            return None
        with self._database.read() as session:
            row = session.get(schema.Pack, pack.pack_id)
        if row is not None:
            with suppress(OSError, Invalid):
                return read_scan(self._store.path(row.file), page)
        return None

    def sweep(self, before: datetime) -> int:
        """Give up packs that were retired before a time; returns how many. Their removal cannot be undone then."""
        given_up = self._store.sweep(before)
        with self._database.read() as session:
            self._shelf.keep_only({pack.id for pack in generations.kept_packs(session)})
        return given_up

    def recover(self) -> list[tuple[int, Failure]]:
        """Repair what a crash tore; call it once at start. Returns (pack id, failure) of packs that cannot answer."""
        return self._store.recover()

    def warm(self) -> None:
        """Load all active packs, so that no student waits for it: Chroma takes 1.5 CPU-s for 5,000 windows."""
        with self._database.read() as session:
            rows = [row for row in generations.kept_packs(session) if row.state == "active"]
        for row in rows:
            try:
                self._warm(row)
            except (Invalid, CollectionGone) as failure:
                log.error("pack %s cannot answer: %s", row.id, failure)

    def refine(self) -> int:
        """Make the vectors of some sentences that have none (a third of a second); 0 when there is nothing to do.

        Otherwise how many a pack lacked before. To be called while the machine has nothing better to do: they make
        the order of passages finer. Nothing is done while a search is under way.
        """
        with self._database.read() as session:
            rows = [row for row in generations.kept_packs(session) if row.state == "active"]
        rows = [row for row in rows if self._store.has_vectors(row)]
        return self._refiner.step(rows, self._encoder, self._encoder.identity.dimensions)

    def reencode(self) -> int:
        """Make some vectors (a third of a second) for a pack that came with another encoder's; 0 when none is left.

        Otherwise how many the pack lacked before. To be called in the background; until then words alone find it.
        """
        with self._database.read() as session:
            rows = [row for row in generations.kept_packs(session) if row.state == "active"]
        return self._reencoder.step(rows)

    def prepared(self, row: schema.Pack) -> float:
        """How much of a pack is found by meaning too, 0 to 1; below 1 words alone find it."""
        return 1.0 if self._store.has_vectors(row) else self._reencoder.shares.get(row.id, 0.0)

    def _warm(self, row: schema.Pack) -> None:
        self._shelf.get(row)
        if not self._store.has_vectors(row):
            return
        unit = np.zeros(self._encoder.identity.dimensions, np.float32)
        unit[0] = 1.0
        self._vectors.search(row.collection, unit, 1)

    def _search(self, subject_id: int, question: str, limit: int, dense_weight: float | None) -> Retrieval:
        search = Search(self._active(subject_id), self._vectors, self._encoder, question)
        return search.passages(self._calibration, limit, dense_weight)

    def _row(self, subject_id: int, key: str) -> tuple[ShelvedPack, int]:
        """The pack and the row in it that a key names."""
        checksum, _, row = key.partition(".")
        for pack in self._active(subject_id):
            if pack.checksum[:KEY] == checksum and row.isdecimal() and int(row) < len(pack.windows):
                return pack, int(row)
        raise Missing(Failure.PAGE_UNKNOWN)

    def _active(self, subject_id: int) -> list[ShelvedPack]:
        """The packs that answer now; a damaged one is left out and logged, the others still answer."""
        with self._database.read() as session:
            _, rows = generations.active_packs(session, subject_id)
        packs = []
        for row in rows:
            try:
                packs.append(self._shelf.get(row))
            except Invalid as failure:
                log.error("pack %s cannot answer: %s", row.id, failure)
        if not packs:
            raise Missing(Failure.SUBJECT_EMPTY, subject=subject_id)
        return packs

    @contextmanager
    def _in_flight(self) -> Iterator[None]:
        """Staging pauses between batches while questions are in flight."""
        with self._count:
            self._asking += 1
            self._store.quiet.clear()
        try:
            yield
        finally:
            with self._count:
                self._asking -= 1
                if not self._asking:
                    self._store.quiet.set()
