"""Pages that many ask about: what the model computes of them is ready before the next one asks."""

import time
from collections import Counter
from collections.abc import Callable

from sqlalchemy import select

from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import ChatEntry
from nexus_appliance.tutoring.orders import without_orders
from nexus_appliance.tutoring.prompts import compose

EVERY = 600.0
"""Seconds between two looks at what was asked."""

RECENT, PAGES = 500, 40
"""Questions that are looked at, and pages that are computed of them at most."""


class Ahead:
    """Has the beginnings of prompts computed while the model rests; lost when its worker ends, so made again then."""

    def __init__(self, database: Database, prepare: Callable[[Prompt], None]) -> None:
        self._database = database
        self._prepare = prepare
        self._worker = 0
        self._looked = -EVERY
        self._done: set[str] = set()

    def step(self, worker: int) -> int:
        """Have pages computed that are not yet; how many. `worker` numbers the process that keeps them, 0: none.

        To be called while the model rests; most times it does nothing.
        """
        if worker != self._worker:
            self._worker, self._looked = worker, -EVERY
            self._done.clear()
        if not worker or time.monotonic() - self._looked < EVERY:
            return 0
        self._looked = time.monotonic()
        wanted = [page for page in self._most_asked() if page not in self._done]
        for page in wanted:
            self._prepare(compose([], "", without_orders(page)))
        self._done.update(wanted)
        return len(wanted)

    def _most_asked(self) -> list[str]:
        """The passages that led most of the recent answers."""
        recent = select(ChatEntry.citations).order_by(ChatEntry.id.desc()).limit(RECENT)
        with self._database.read() as session:
            leading = Counter(citations[0]["text"] for citations in session.scalars(recent) if citations)
        return [text for text, _ in leading.most_common(PAGES)]
