"""Pages that follow the database: what is announced after a commit refreshes the open pages that watch it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from typing import TypeVar

from nicegui import Client, background_tasks, context
from nicegui.slot import Slot

from nexus_appliance.school.callers import Caller
from ui.signed_in import SignedIn
from ui.site import Announcer, client_token, current_caller, current_site

T = TypeVar("T")

Refresh = Callable[[], Awaitable[None] | None]

PAUSE = 0.25
"""Seconds between two refreshes of one place on a page: changes that come together are shown together."""


def on_change(topics: str | Iterable[str], refresh: Refresh) -> None:
    """Run `refresh` (plain or async) in this place of the page whenever one of the topics is announced.

    It runs on the event loop, at most once every `PAUSE` seconds, only while the visitor is signed in, and ends with
    the page. Topics: subjects, books, jobs, users, notices, history (everybody's; a person's own: `own_topic` of
    `tutoring/history.py`), inbox, notes, reviews, updates, models, cloud, sharing_view, addresses.
    """
    names = frozenset([topics] if isinstance(topics, str) else topics)
    current_site().changes.add(Watch(names, refresh, context.client, context.slot))


async def keep_shown(topics: str | Iterable[str], read: Callable[[Caller], T], show: Callable[[T], object]) -> None:
    """Show what `read` finds for the visitor, now and after each change; `read` blocks and runs in a worker thread.

    What changes while the first reading is under way is not missed, and an older finding never follows a newer one.
    """
    turn, client = asyncio.Lock(), context.client

    async def refresh() -> None:
        async with turn:
            found = await current_site().call(read, current_caller())
            if not client.is_deleted:  # the page was closed meanwhile
                show(found)

    on_change(topics, refresh)
    await refresh()


class Watch:
    """One place of one page that follows some topics."""

    def __init__(self, topics: frozenset[str], refresh: Refresh, client: Client, slot: Slot) -> None:
        self.topics = topics
        self.client = client
        self._refresh = refresh
        self._slot: AbstractContextManager[object] = slot
        self._due = False
        self._running = False

    def wake(self, signed_in: SignedIn) -> None:
        """Something changed: refresh soon, once."""
        self._due = True
        if not self._running and not self.client.is_deleted:
            self._running = True
            background_tasks.create(self._run(signed_in), name="live refresh", context=self._slot)

    async def _run(self, signed_in: SignedIn) -> None:
        try:
            while self._due and not self.client.is_deleted and await self._may_look(signed_in):
                self._due = False
                result = self._refresh()
                if result is not None:
                    await result
                await asyncio.sleep(PAUSE)
        finally:
            self._running = False

    async def _may_look(self, signed_in: SignedIn) -> bool:
        token = client_token(self.client)
        return not token or await signed_in.resolve(token) is not None


class Changes:
    """Carries announcements from the writers' threads to the watches of open pages."""

    def __init__(self, database: Announcer, signed_in: SignedIn) -> None:
        self._signed_in = signed_in
        self._watches: set[Watch] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.close = database.subscribe(self._announced)

    def add(self, watch: Watch) -> None:
        """Follow until the page is deleted."""
        self._loop = asyncio.get_running_loop()
        self._watches.add(watch)
        watch.client.on_delete(lambda: self._watches.discard(watch))

    @property
    def count(self) -> int:
        """How many places of open pages are following."""
        return len(self._watches)

    def _announced(self, topics: frozenset[str]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, topics)

    def _wake(self, topics: frozenset[str]) -> None:
        for watch in tuple(self._watches):
            if watch.topics & topics:
                watch.wake(self._signed_in)
