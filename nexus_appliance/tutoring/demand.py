"""How many students want an answer that has not been written yet: one that many want is worth more than others."""

import threading
import time
from collections import OrderedDict

from nexus_appliance.tutoring.known import Place

RECENT = 1800.0
"""Seconds for which a question is remembered: about a lesson."""

PLACES = 1000
"""Questions that are remembered at most."""


class Demand:
    """Counts students, not questions: nobody makes the own question more wanted by asking it again. Any thread."""

    def __init__(self) -> None:
        self._wanted: OrderedDict[Place, dict[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, place: Place, student: int) -> None:
        """A student has asked it and was not told yet."""
        with self._lock:
            self._wanted.setdefault(place, {})[student] = time.monotonic()
            self._wanted.move_to_end(place)
            if len(self._wanted) > PLACES:
                self._wanted.popitem(last=False)

    def count(self, place: Place) -> int:
        """Students who have asked it lately."""
        with self._lock:
            since = time.monotonic() - RECENT
            return sum(asked > since for asked in self._wanted.get(place, {}).values())

    def met(self, place: Place) -> None:
        """The answer is there."""
        with self._lock:
            self._wanted.pop(place, None)
