"""A thread that sleeps until something is announced, and ends when it is told to."""

import logging
import threading
from collections.abc import Callable

from nexus_appliance.storage.database import Database

AFTER_A_MISTAKE = 30.0
"""Seconds of rest when a round ended in a way that nobody thought of."""

log = logging.getLogger(__name__)


class Background:
    """Runs `round` again and again; it tells how many seconds to rest after it (0: none)."""

    def __init__(self, name: str, round_: Callable[[], float], database: Database, topic: str) -> None:
        """A commit that announces `topic` ends the rest."""
        self._round = round_
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._unsubscribe = database.subscribe(lambda topics: self._awake.set() if topic in topics else None)

    @property
    def stopping(self) -> bool:
        """Whether the round under way should be cut short."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin the first round."""
        self._thread.start()

    def close(self) -> None:
        """Wait for the round under way, then end; a second time nothing happens."""
        if self.stopping:
            return
        self._unsubscribe()
        self._stopping.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._awake.clear()
            try:
                rest = self._round()
            except Exception:  # the thread must survive a mistake of ours: without it nothing comes in any more
                log.exception("%s: a round failed", self._thread.name)
                rest = AFTER_A_MISTAKE
            if rest:
                self._awake.wait(rest)
