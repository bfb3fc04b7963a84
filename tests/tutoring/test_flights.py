"""Several students, one answer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.inference.scheduler import Event, Finished, Restarted, Started, Token, Waiting
from nexus_appliance.tutoring.flights import Flights
from nexus_appliance.tutoring.patience import with_alarm

END = Finished("stop", 10, 2)


class Source:
    """Streams that go on one event at a time, when `go` is called."""

    def __init__(self, *events: Event | Unavailable) -> None:
        self.events = events
        self.begun = self.closed = 0
        self._step = asyncio.Semaphore(0)

    def go(self, steps: int = 1) -> None:
        for _ in range(steps):
            self._step.release()

    async def stream(self) -> AsyncGenerator[Event, None]:
        self.begun += 1
        try:
            for event in self.events:
                await self._step.acquire()
                if isinstance(event, Unavailable):
                    raise event
                yield event
        finally:
            self.closed += 1


async def listen(flights: Flights, source: Source, key: object = "a") -> list[Event]:
    return [event async for event in flights.follow(key, source.stream)]


async def test_who_asks_the_same_meanwhile_hears_everything() -> None:
    flights, source = Flights(), Source(Waiting(3, 9.0), Waiting(1, 2.0), Started(), Token("a"), Token("b"), END)
    first = asyncio.create_task(listen(flights, source))
    source.go(4)
    await asyncio.sleep(0.01)
    second = asyncio.create_task(listen(flights, source))
    source.go(2)
    assert [one for one in await first if not isinstance(one, Waiting)] == [Started(), Token("a"), Token("b"), END]
    assert await second == [Started(), Token("a"), Token("b"), END]
    assert (source.begun, source.closed) == (1, 1)


async def test_the_next_one_begins_anew() -> None:
    flights, source = Flights(), Source(END)
    source.go(2)
    assert await listen(flights, source) == [END]
    assert await listen(flights, source) == [END]
    assert source.begun == 2


async def test_other_questions_have_their_own() -> None:
    flights, source = Flights(), Source(END)
    source.go(4)
    await asyncio.gather(*(listen(flights, source, key) for key in ("a", "b", None, None)))
    assert source.begun == 4


async def test_an_answer_goes_on_while_one_is_left_and_ends_with_the_last() -> None:
    flights, source = Flights(), Source(Token("a"), Token("b"), END)
    leaver = flights.follow("a", source.stream)
    source.go()
    assert await anext(leaver) == Token("a")
    stayer = flights.follow("a", source.stream)
    assert await anext(stayer) == Token("a")
    await leaver.aclose()
    assert source.closed == 0
    source.go()
    assert await anext(stayer) == Token("b")
    await stayer.aclose()
    assert source.closed == 1
    source.go()
    assert await listen(flights, Source(), None) == []


async def test_everybody_hears_that_the_model_died_and_was_asked_again() -> None:
    flights, source = Flights(), Source(Token("a"), Restarted(), Token("b"), END)
    first = asyncio.create_task(listen(flights, source))
    source.go(3)
    await asyncio.sleep(0.01)
    second = asyncio.create_task(listen(flights, source))
    source.go(1)
    assert await first == await second == [Token("a"), Restarted(), Token("b"), END]


async def test_a_failure_reaches_everybody() -> None:
    flights, source = Flights(), Source(Token("a"), Unavailable(Failure.MODEL_GONE))
    both = [asyncio.create_task(listen(flights, source)) for _ in range(2)]
    source.go(2)
    for one in both:
        with pytest.raises(Unavailable):
            await one
    assert source.begun == 1


async def test_a_sign_comes_once_when_nothing_else_does() -> None:
    source = Source(Token("a"), END)
    source.go()
    heard: list[Event | None] = []
    async with aclosing(with_alarm(source.stream(), 0.05)) as events:
        async for event in events:
            heard.append(event)
            if event is None:
                source.go()
    assert heard == [Token("a"), None, END]


async def test_leaving_while_nothing_comes_closes_the_stream() -> None:
    source = Source(Token("a"))
    events = with_alarm(source.stream(), 0.02)
    assert await anext(events) is None
    await events.aclose()
    await asyncio.sleep(0)
    assert source.closed == 1
