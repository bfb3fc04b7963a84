"""Make vectors for packs that came with another encoder's: they answer by words until all of theirs are there.

The vectors go into a collection of their own, in order of rows, so that after a cut its count tells where to go on. The
pack's row names that collection once it is whole; two encoders never share one.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from nexus_appliance.curriculum.encoder import Encoder, FloatArray, shortened
from nexus_appliance.knowledge.packs import BATCH, PackStore
from nexus_appliance.knowledge.turns import Turns
from nexus_appliance.knowledge.vectors import VectorIndex
from nexus_appliance.storage import schema
from nexus_appliance.storage.database import Database

STEP = 8
"""Passages of one step, about a third of a second: so long a question waits for the encoder."""

SEEN = 20
"""How often the share that is done is told for one pack."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Work:
    """A pack whose vectors are being made; `given` are those of its file when they are this encoder's after all."""

    pack_id: int
    collection: str
    passages: tuple[str, ...]
    given: FloatArray | None


class Reencoder:
    """Goes on with one pack after the other. `shares` tells how much of a pack (by id) is done, 0 to 1."""

    def __init__(self, database: Database, store: PackStore, vectors: VectorIndex, encoder: Encoder) -> None:
        self._database = database
        self._store = store
        self._vectors = vectors
        self._encoder = encoder
        self._turns = Turns(store, "making its vectors anew")
        self._work: _Work | None = None
        self._shares: dict[int, float] = {}

    @property
    def shares(self) -> Mapping[int, float]:
        """How much is done of packs that have had a turn and lack some vectors."""
        return self._shares

    def step(self, rows: Iterable[schema.Pack]) -> int:
        """Do a little for the first of these packs that has no vectors of this encoder; 0 when there is nothing to do.

        Otherwise how many windows had none before, at least 1.
        """
        return self._turns.take(rows, self._advance)

    def _advance(self, row: schema.Pack) -> int:
        if self._store.has_vectors(row):
            return 0
        try:
            return self._fill(row, self._work_on(row))
        except Exception:
            self._work = None
            raise

    def _work_on(self, row: schema.Pack) -> _Work:
        if self._work is None or self._work.pack_id != row.id:
            pack = self._store.load(row)
            passages = tuple(chunk.passage(n) for chunk in pack.chunks for n in range(len(chunk.windows)))
            given = pack.vectors if self._store.own_vectors(pack) else None
            self._work = _Work(row.id, self._store.next_collection(row), passages, given)
        return self._work

    def _fill(self, row: schema.Pack, work: _Work) -> int:
        done, total = self._vectors.count(work.collection), len(work.passages)
        if done > total:  # not of this pack
            self._vectors.drop(work.collection)
            done = 0
        rows = range(done, min(done + (STEP if work.given is None else BATCH), total))
        if rows:
            self._store.require_room()
            self._vectors.add(work.collection, rows, self._made(work, rows))
            self._note(row.id, rows.stop / total)
        if rows.stop == total:
            self._finish(row, work)
        return max(1, total - done)

    def _note(self, pack_id: int, share: float) -> None:
        before, self._shares[pack_id] = self._shares.get(pack_id, -1.0), share
        if int(before * SEEN) != int(share * SEEN):
            self._database.tell(frozenset({"books"}))

    def _made(self, work: _Work, rows: range) -> FloatArray:
        if work.given is not None:
            return work.given[rows.start : rows.stop]
        texts = [shortened(text, self._encoder) for text in work.passages[rows.start : rows.stop]]
        return np.asarray(self._encoder.passages(texts), np.float32)

    def _finish(self, row: schema.Pack, work: _Work) -> None:
        self._store.set_vectors(row.id, work.collection, self._encoder.identity.key)
        if row.collection != work.collection:
            self._vectors.drop(row.collection)
        self._work = None
        self._shares.pop(row.id, None)
        log.info("pack %d has vectors of %s", row.id, self._encoder.identity.id)
