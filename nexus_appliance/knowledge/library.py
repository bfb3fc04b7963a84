"""The library of all subjects: packs come in, passages come out."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.curriculum.chunks import SECTION_SEPARATOR
from nexus_appliance.curriculum.encoder import EncoderIdentity
from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.knowledge import evidence, retrieval
from nexus_appliance.knowledge.packs import PackStore, Report
from nexus_appliance.knowledge.passages import Retrieval
from nexus_appliance.knowledge.selection import select
from nexus_appliance.knowledge.shelf import Shelf, ShelvedPack
from nexus_appliance.knowledge.vectors import CollectionGone, VectorIndex
from nexus_appliance.storage import generations, schema
from nexus_appliance.storage.database import Database

log = logging.getLogger(__name__)


class QueryEncoder(Protocol):
    """The part of an encoder that questions need."""

    @property
    def identity(self) -> EncoderIdentity:
        """Which encoder it is."""

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (n, dimensions) of unit length."""


class Library:
    """Staging, searching, sweeping and repairing; synchronous, safe to call from many threads.

    Activation, removal and undoing it are transactions of `storage.generations`, which knows nothing of files: a
    search reads the subject's generation each time, so it sees them at once.
    """

    def __init__(self, database: Database, home: Path, vectors: VectorIndex, encoder: QueryEncoder) -> None:
        self._database = database
        self._vectors = vectors
        self._encoder = encoder
        self._store = PackStore(database, home, vectors)
        self._shelf = Shelf(self._store)
        self._asking = 0
        self._count = threading.Lock()

    def stage(self, pack_file: Path, subject_id: int, source: str, report: Report | None = None) -> int:
        """Prepare a pack beside those that answer; the id of its row, in state `staged`, for `generations.activate`.

        Takes about 5 s for a book of 300 pages, longer while students ask. Raises `Invalid` (pack_damaged,
        pack_format_unknown, encoder_mismatch) and `Unavailable` (disk_full); nothing is left of the pack then.
        """
        pack_id = self._store.stage(pack_file, subject_id, source, self._encoder.identity, report)
        with self._database.read() as session:
            row = session.get_one(schema.Pack, pack_id)
        self._warm(row)
        return pack_id

    def search(
        self, subject_id: int, question: str, limit: int = 8, dense_weight: float = retrieval.DENSE_WEIGHT
    ) -> Retrieval:
        """The passages of a subject's books that fit a question, best first, at most `limit`.

        `dense_weight` is for measurements: 1 orders by meaning alone, 0 by words alone. Raises `Missing`
        (subject_unknown, subject_empty) and `Unavailable` (encoder_gone).
        """
        with self._in_flight():
            vector = self._encoder.queries([question])[0]
            try:
                return self._search(subject_id, question, vector, limit, dense_weight)
            except CollectionGone:  # swept between reading the generation and asking it: the next one is there
                return self._search(subject_id, question, vector, limit, dense_weight)

    def headings(self, subject_id: int) -> list[tuple[str, ...]]:
        """The headings above each section of the subject's books, outermost first, in reading order, once each.

        Raises `Missing` (subject_empty).
        """
        sections = (chunk.section for pack in self._active(subject_id) for chunk in pack.chunks)
        return [tuple(section.split(SECTION_SEPARATOR)) for section in dict.fromkeys(sections) if section]

    def sweep(self, before: datetime) -> int:
        """Give up packs that were retired before a time; returns how many. Their removal cannot be undone then."""
        given_up = self._store.sweep(before)
        with self._database.read() as session:
            self._shelf.keep_only({pack.id for pack in generations.kept_packs(session)})
        return given_up

    def recover(self) -> list[tuple[int, Failure]]:
        """Repair what a crash tore; call it once at start. Returns (pack id, failure) of packs that cannot answer."""
        return self._store.recover(self._encoder.identity)

    def warm(self) -> None:
        """Load all active packs, so that no student waits for it: Chroma takes 1.5 CPU-s for 5,000 windows."""
        with self._database.read() as session:
            rows = [row for row in generations.kept_packs(session) if row.state == "active"]
        for row in filter(self._readable, rows):
            try:
                self._warm(row)
            except (Invalid, CollectionGone) as failure:
                log.error("pack %s cannot answer: %s", row.id, failure)

    def _warm(self, row: schema.Pack) -> None:
        self._shelf.get(row)
        unit = np.zeros(self._encoder.identity.dimensions, np.float32)
        unit[0] = 1.0
        self._vectors.search(row.collection, unit, 1)

    def _search(
        self, subject_id: int, question: str, vector: NDArray[np.float32], limit: int, dense_weight: float
    ) -> Retrieval:
        packs = self._active(subject_id)
        wanted = evidence.rarity(packs, question)
        found = retrieval.candidates(packs, self._vectors, vector, question)
        passages = select(packs, retrieval.fuse(found, dense_weight), wanted, limit)
        best = max((candidate.cosine for candidate in found), default=0.0)
        return Retrieval(passages, evidence.signals(wanted, best, passages))

    def _active(self, subject_id: int) -> list[ShelvedPack]:
        """The packs that answer now; a damaged one is left out and logged, the others still answer."""
        with self._database.read() as session:
            _, rows = generations.active_packs(session, subject_id)
        packs = []
        for row in filter(self._readable, rows):
            try:
                packs.append(self._shelf.get(row))
            except Invalid as failure:
                log.error("pack %s cannot answer: %s", row.id, failure)
        if not packs:
            raise Missing(Failure.SUBJECT_EMPTY, subject=subject_id)
        return packs

    def _readable(self, row: schema.Pack) -> bool:
        """Whether the vectors are of this encoder; `recover` has told of those that are not."""
        return row.encoder == self._encoder.identity.key

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
