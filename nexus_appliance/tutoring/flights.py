"""Questions on their way to an answer: who asks the same meanwhile listens to the same answer."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import aclosing

from nexus_appliance.errors import NexusError
from nexus_appliance.inference.scheduler import Event, Finished, Waiting


class Flights:
    """One answer for each key at a time; lives on the event loop."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Flight] = {}

    async def follow(
        self, key: Hashable | None, begin: Callable[[], AsyncGenerator[Event, None]]
    ) -> AsyncGenerator[Event, None]:
        """The events of the answer of that key, from its beginning; `begin` makes them where there is none yet.

        With the key None it is nobody else's. An answer that nobody follows any more is cancelled. Raises as the
        stream that `begin` makes.
        """
        key = object() if key is None else key
        flight = self._under_way.get(key)
        if flight is None or flight.over:
            flight = self._under_way[key] = _Flight(begin())
        try:
            async with aclosing(flight.events()) as events:
                async for event in events:
                    yield event
        finally:
            if not flight.readers:
                if self._under_way.get(key) is flight:
                    del self._under_way[key]
                await flight.cancel()


class _Flight:
    """One stream with several readers."""

    def __init__(self, source: AsyncGenerator[Event, None]) -> None:
        self.readers = 0
        self.over = False
        self._told: list[Event] = []
        self._error: NexusError | None = None
        self._news = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._read(source), name="answer for several")

    async def events(self) -> AsyncGenerator[Event, None]:
        """Everything that was told and will be; of what is out of date nothing."""
        self.readers += 1
        try:
            place = 0
            while True:
                while place < len(self._told):
                    event = self._told[place]
                    place += 1
                    if not isinstance(event, Waiting) or place == len(self._told):
                        yield event
                if self.over:
                    if self._error:
                        raise self._error
                    return
                await self._news.wait()
        finally:
            self.readers -= 1

    async def cancel(self) -> None:
        """Nobody reads any more."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _read(self, source: AsyncGenerator[Event, None]) -> None:
        try:
            async with aclosing(source) as events:
                async for event in events:
                    self._tell(event)
                    if isinstance(event, Finished):
                        return
        except NexusError as error:
            self._error = error
        finally:
            self.over = True
            self._wake()

    def _tell(self, event: Event) -> None:
        self._told.append(event)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
