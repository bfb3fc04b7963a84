import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.scheduler import Event, Limits, Request, Scheduler, Token
from tests import fakes_model

QUICK = Limits(load=60, silence=30, retry=0.5, missing=0.1, pause=0.05, longest_pause=0.2, grace=1)

Running = Callable[..., AbstractAsyncContextManager[Scheduler]]


@pytest.fixture
def scripted(tmp_path: Path) -> Running:
    """`async with scripted(delay=0.01, queue_limit=5) as scheduler:` a scheduler on the scripted model."""

    @asynccontextmanager
    async def run(
        *, queue_limit: int = 100, limits: Limits = QUICK, wait: bool = True, **arguments: object
    ) -> AsyncIterator[Scheduler]:
        config = Config(home=tmp_path, queue_limit=queue_limit)
        scheduler = Scheduler(config, entry=fakes_model.entry, recipe=lambda: arguments, limits=limits)
        await scheduler.start()
        try:
            if wait:
                await until(lambda: scheduler.status().state == "ready")
            yield scheduler
        finally:
            await scheduler.close()

    return run


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        await asyncio.sleep(0.01)


def ask(script: str, student: str = "ani", max_tokens: int = 100, **more: object) -> Request:
    return Request(student, Prompt("", script), max_tokens, **more)  # type: ignore[arg-type]


async def events(scheduler: Scheduler, request: Request) -> list[Event]:
    return [event async for event in scheduler.stream(request)]


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Token)).strip()
