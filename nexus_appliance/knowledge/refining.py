"""Make the vectors of sentences for the packs that answer, a little at a time, while nobody asks."""

import logging
from collections.abc import Iterable

from nexus_appliance.knowledge.packs import PackStore
from nexus_appliance.knowledge.sentence_vectors import Filling, PassageEncoder
from nexus_appliance.knowledge.shelf import Shelf
from nexus_appliance.knowledge.turns import Turns
from nexus_appliance.storage import schema

STEP = 4
"""Sentences of one step, less than a tenth of a second: so long a question waits for the encoder."""

log = logging.getLogger(__name__)


class Refiner:
    """Goes on with one pack after the other."""

    def __init__(self, store: PackStore, shelf: Shelf) -> None:
        self._store = store
        self._shelf = shelf
        self._filling: tuple[int, Filling] | None = None
        self._turns = Turns(store, "making the vectors of its sentences")

    def step(self, rows: Iterable[schema.Pack], encoder: PassageEncoder, dimensions: int) -> int:
        """Do a little for the first of these packs that lacks them; 0 when there is nothing to do now.

        Otherwise how many sentences this pack had left before, at least 1.
        """
        return self._turns.take(rows, lambda row: self._turn(row, encoder, dimensions))

    def _turn(self, row: schema.Pack, encoder: PassageEncoder, dimensions: int) -> int:
        try:
            return max(1, self._advance(row, encoder, dimensions)) if self._lacks(row) else 0
        except Exception:
            self._filling = None
            raise

    def _lacks(self, row: schema.Pack) -> bool:
        """Whether no vectors are there, also none that another row with the same file has got meanwhile."""
        if self._shelf.get(row).sentences is None and self._filling is None:
            self._shelf.refresh_sentences(row)
        return self._shelf.get(row).sentences is None

    def _advance(self, row: schema.Pack, encoder: PassageEncoder, dimensions: int) -> int:
        """Take one step; how many sentences were left before it."""
        if self._filling is None or self._filling[0] != row.id:
            file = self._store.sentences_file(row)
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
