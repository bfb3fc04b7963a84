"""A student who closes or reloads the page does not keep the model busy for others."""

import asyncio
from collections.abc import Callable

from nicegui import context

PATIENCE = 5.0
"""Seconds that a page may be without its browser before the answer is stopped; a weak Wi-Fi comes back sooner."""


def on_leaving(stop: Callable[[], None]) -> None:
    """Call `stop` when the page is deleted, and when its browser has been away for `PATIENCE` seconds."""
    client = context.client

    async def wait_for_return() -> None:
        await asyncio.sleep(PATIENCE)
        if not client.has_socket_connection:
            stop()

    client.on_disconnect(wait_for_return)
    client.on_delete(stop)
