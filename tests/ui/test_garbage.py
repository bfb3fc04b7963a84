"""When Python looks for garbage."""

import asyncio
import gc
import time
import weakref
from collections.abc import Iterator

import pytest

from tests.ui.site import Visitor
from ui import garbage


class Ring:
    """Refers to itself: only a search finds it."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(garbage, "LOOK", 0.05)
    monkeypatch.setattr(garbage, "WORTH", 0)
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


async def lost_ring(seconds: float, busy: float) -> bool:
    """Whether a ring is found within so many seconds, of which the loop works for the share `busy`."""
    watch = asyncio.create_task(garbage._watch())
    gc.disable()
    try:
        ring = weakref.ref(Ring())
        end = time.monotonic() + seconds
        while time.monotonic() < end and ring() is not None:
            worked = time.thread_time() + busy * 0.02
            while time.thread_time() < worked:
                pass
            await asyncio.sleep((1 - busy) * 0.02)
        return ring() is None
    finally:
        gc.enable()
        watch.cancel()


async def test_a_quiet_moment_is_used() -> None:
    assert await lost_ring(3.0, busy=0.0)


async def test_it_waits_while_somebody_does_something() -> None:
    assert not await lost_ring(0.6, busy=0.5)


async def test_python_itself_looks_rarely(visitor: Visitor) -> None:
    await garbage.search_when_quiet()
    assert gc.get_threshold()[2] == garbage.OVERDUE
    assert gc.get_freeze_count() > 0
