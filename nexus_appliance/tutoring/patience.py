"""Somebody waits: events as they come, and a sign when nothing decisive has come for a while."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from typing import TypeVar

Item = TypeVar("Item")


async def with_alarm(events: AsyncGenerator[Item, None], seconds: float) -> AsyncGenerator[Item | None, None]:
    """The events; once, when so many seconds have passed, None between them. Closing it cancels what is awaited."""
    due: float | None = time.monotonic() + seconds
    awaited: asyncio.Task[Item] | None = None
    try:
        while True:
            awaited = awaited or asyncio.ensure_future(anext(events))
            left = None if due is None else max(0.0, due - time.monotonic())
            done, _ = await asyncio.wait([awaited], timeout=left)
            if not done:
                due = None
                yield None
                continue
            try:
                event = awaited.result()
            except StopAsyncIteration:
                return
            finally:
                awaited = None
            yield event
    finally:
        if awaited is not None:
            awaited.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await awaited
