"""Make the vectors of sentences for the packs that answer, a little at a time, while nobody asks."""

import logging
import threading
from collections.abc import Iterable

from nexus_appliance.errors import NexusError
from nexus_appliance.knowledge.packs import PackStore
from nexus_appliance.knowledge.sentence_vectors import Filling, PassageEncoder, sentences_file
from nexus_appliance.knowledge.shelf import Shelf, ShelvedPack
from nexus_appliance.storage import schema

STEP = 32
"""Sentences of one step, a third of a second: so long a new book or the end of the program waits."""

log = logging.getLogger(__name__)


class Refiner:
    """Goes on with one pack after the other; safe to call from several threads, which take turns."""

    def __init__(self, store: PackStore, shelf: Shelf) -> None:
        self._store = store
        self._shelf = shelf
        self._filling: tuple[int, Filling] | None = None
        self._given_up: set[int] = set()
        self._turn = threading.Lock()

    def step(self, rows: Iterable[schema.Pack], encoder: PassageEncoder, dimensions: int) -> int:
        """Do a little for the first of these packs that lacks them; 0 when there is nothing to do now.

        Otherwise how many sentences this pack had left before, at least 1. A pack whose file cannot be read or written
        is logged and left as it is until the program starts again.
        """
        with self._turn:
            return self._step(rows, encoder, dimensions) if self._store.quiet.is_set() else 0

    def _step(self, rows: Iterable[schema.Pack], encoder: PassageEncoder, dimensions: int) -> int:
        for row in rows:
            if row.id in self._given_up:
                continue
            try:
                pack = self._shelf.get(row)
                if pack.sentences is None:
                    return max(1, self._advance(row, pack, encoder, dimensions))
            except (OSError, NexusError):
                log.exception("pack %d stays without vectors of its sentences", row.id)
                self._given_up.add(row.id)
        return 0

    def _advance(self, row: schema.Pack, pack: ShelvedPack, encoder: PassageEncoder, dimensions: int) -> int:
        """Take one step; how many sentences were left before it."""
        if self._filling is None or self._filling[0] != row.id:
            file = sentences_file(self._store.path(row.file))
            filling = Filling(file, pack.window_texts(), dimensions)
            self._store.require_room(filling.left * dimensions * 2)
            self._filling = row.id, filling
        left = self._filling[1].left
        if not self._filling[1].step(encoder, STEP):
            self._filling = None
            self._shelf.refresh_sentences(row)
            log.info("pack %d has vectors of its sentences", row.id)
        return left
