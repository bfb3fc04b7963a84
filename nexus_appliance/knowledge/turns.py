"""Work on packs that can wait: one after the other, a little at a time, while no question is being looked up."""

import logging
import threading
import time
from collections.abc import Callable, Iterable

from nexus_appliance.knowledge.packs import PackStore
from nexus_appliance.storage import schema

PUT_OFF = 600.0
"""Seconds until a pack is tried again with which something failed."""

log = logging.getLogger(__name__)


class Turns:
    """Gives the first pack that needs it its turn; safe to call from several threads, which take turns."""

    def __init__(self, store: PackStore, work: str) -> None:
        """`work` names what is done, for the log."""
        self._store = store
        self._work = work
        self._put_off: dict[int, float] = {}
        self._turn = threading.Lock()

    def take(self, rows: Iterable[schema.Pack], advance: Callable[[schema.Pack], int]) -> int:
        """What `advance` gives for the first pack that needs it (it says 0 of others); 0 when there is nothing to do.

        A pack with which something fails is logged and left alone for `PUT_OFF` seconds.
        """
        with self._turn:
            return self._first(rows, advance) if self._store.quiet.is_set() else 0

    def _first(self, rows: Iterable[schema.Pack], advance: Callable[[schema.Pack], int]) -> int:
        for row in rows:
            if time.monotonic() < self._put_off.get(row.id, 0.0):
                continue
            try:
                if done := advance(row):
                    return done
            except Exception:  # one pack's failure must not keep the others from their turn
                log.exception("pack %d: %s waits", row.id, self._work)
                self._put_off[row.id] = time.monotonic() + PUT_OFF
        return 0
