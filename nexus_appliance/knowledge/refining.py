"""Make the vectors of sentences for the packs that answer, a little at a time, while nobody asks."""

import logging
import threading
import time
from collections.abc import Iterable

from nexus_appliance.knowledge.packs import PackStore
from nexus_appliance.knowledge.sentence_vectors import Filling, PassageEncoder, sentences_file
from nexus_appliance.knowledge.shelf import Shelf
from nexus_appliance.storage import schema

STEP = 4
"""Sentences of one step, less than a tenth of a second: so long a question waits for the encoder."""

PUT_OFF = 600.0
"""Seconds until a pack is tried again whose file could not be read or written."""

log = logging.getLogger(__name__)


class Refiner:
    """Goes on with one pack after the other; safe to call from several threads, which take turns."""

    def __init__(self, store: PackStore, shelf: Shelf) -> None:
        self._store = store
        self._shelf = shelf
        self._filling: tuple[int, Filling] | None = None
        self._put_off: dict[int, float] = {}
        self._turn = threading.Lock()

    def step(self, rows: Iterable[schema.Pack], encoder: PassageEncoder, dimensions: int) -> int:
        """Do a little for the first of these packs that lacks them; 0 when there is nothing to do now.

        Otherwise how many sentences this pack had left before, at least 1. A pack with which something fails is logged
        and left alone for `PUT_OFF` seconds.
        """
        with self._turn:
            return self._step(rows, encoder, dimensions) if self._store.quiet.is_set() else 0

    def _step(self, rows: Iterable[schema.Pack], encoder: PassageEncoder, dimensions: int) -> int:
        for row in rows:
            if time.monotonic() < self._put_off.get(row.id, 0.0):
                continue
            try:
                if self._lacks(row):
                    return max(1, self._advance(row, encoder, dimensions))
            except Exception:  # one pack's failure must not keep the others from their turn
                log.exception("pack %d stays without vectors of its sentences for now", row.id)
                self._filling = None
                self._put_off[row.id] = time.monotonic() + PUT_OFF
        return 0

    def _lacks(self, row: schema.Pack) -> bool:
        """Whether no vectors are there, also none that another row with the same file has got meanwhile."""
        if self._shelf.get(row).sentences is None and self._filling is None:
            self._shelf.refresh_sentences(row)
        return self._shelf.get(row).sentences is None

    def _advance(self, row: schema.Pack, encoder: PassageEncoder, dimensions: int) -> int:
        """Take one step; how many sentences were left before it."""
        if self._filling is None or self._filling[0] != row.id:
            file = sentences_file(self._store.path(row.file))
            filling = Filling(file, self._shelf.get(row).window_texts(), dimensions)
            self._store.require_room(filling.left * dimensions * 2)
            self._filling = row.id, filling
        left = self._filling[1].left
        if not self._filling[1].step(encoder, STEP):
            self._filling = None
            self._shelf.refresh_sentences(row)
            if self._shelf.get(row).sentences is None:
                raise OSError(f"the vectors just written for {row.file} cannot be read")
            log.info("pack %d has vectors of its sentences", row.id)
        return left
