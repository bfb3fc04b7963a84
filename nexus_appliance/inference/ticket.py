"""One request on its way through the scheduler."""

import asyncio
import time
from collections import deque

from nexus_appliance.errors import NexusError
from nexus_appliance.inference.events import Event, Request, Waiting


class Ticket:
    """A request, where it stands, and the events that its reader has not taken yet.

    `id` numbers the present attempt, `admitted` is when it came (monotonic seconds), `deaths` counts workers that died
    over it, `abandoned` is set when the reader has left. Of the attempt: `unread` prompt tokens as far as the worker
    told (None before), tokens `written`, and letters of the prompt that were `known` when the worker got it.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.id = 0
        self.deaths = 0
        self.admitted = time.monotonic()
        self.unread: int | None = None
        self.written = 0
        self.known = 0
        self.abandoned = False
        self._events: deque[Event | NexusError] = deque()
        self._news = asyncio.Event()

    def put(self, event: Event | NexusError) -> None:
        """Add an event, or the error that ends the stream; a position that nobody has read yet is replaced."""
        if isinstance(event, Waiting) and self._events and isinstance(self._events[-1], Waiting):
            self._events.pop()
        self._events.append(event)
        self._news.set()

    async def next(self) -> Event:
        """The next event; raises an error that was put."""
        while not self._events:
            self._news.clear()
            await self._news.wait()
        event = self._events.popleft()
        if isinstance(event, NexusError):
            raise event
        return event
