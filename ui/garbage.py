"""No long pauses: Python's search for garbage stops the whole server, for seconds when hundreds of pages are open.

So what is taken off a page and a page that is left come apart at once, without a search, and the search waits for a
quiet moment.
"""

import asyncio
import contextlib
import gc
import time
from collections.abc import Iterable

from nicegui import Client, app, background_tasks
from nicegui.element import Element
from nicegui.elements.mixins.value_element import ValueElement

LOOK = 5.0
"""Seconds between two looks whether the moment is quiet."""

QUIET = 0.02
"""The share of the processor that the event loop takes when nobody does anything."""

WORTH = 20
"""Rounds of young objects after which a search finds enough to be worth it; one round is some 7,000 objects."""

OVERDUE = 20_000
"""Rounds after which a search comes even though it is not quiet: Python's own ten come every few seconds in a class,
and 2,000 within nine minutes of a hundred students."""


_remove_elements = Client.remove_elements


def release_what_is_left() -> None:
    """Let every element come apart when it is deleted, and every page when its browser is gone for good."""
    setattr(Client, "remove_elements", _remove_and_release)  # noqa: B010 - there is no other way to hear of it
    app.on_delete(_release)


async def search_when_quiet() -> None:
    """Set what exists now aside, and search for garbage only when nobody does anything from now on."""
    _search()
    gc.set_threshold(*gc.get_threshold()[:2], OVERDUE)
    background_tasks.create(_watch(), name="garbage")


def _remove_and_release(client: Client, elements: Iterable[Element]) -> None:
    """NOTE: deleted elements hold themselves by the handlers of their changes."""
    left = tuple(elements)
    _remove_elements(client, left)
    with contextlib.suppress(RuntimeError):  # no loop: the program ends, and NiceGUI removes dialogs
        asyncio.get_running_loop().call_soon(_take_apart, left)


def _take_apart(elements: Iterable[Element]) -> None:
    for element in elements:
        for observed in (element._props, element._classes, element._style):
            observed._change_handlers.clear()
        element._event_listeners.clear()
        if isinstance(element, ValueElement):
            element._change_handlers.clear()


def _release(client: Client) -> None:
    """NOTE: NiceGUI tells it before it deletes the elements, whose deletion may still call these handlers."""
    asyncio.get_running_loop().call_soon(_forget_handlers, client)


def _forget_handlers(client: Client) -> None:
    for handlers in (client.connect_handlers, client.disconnect_handlers, client.delete_handlers):
        handlers.clear()


async def _watch() -> None:
    while True:
        began, spent = time.monotonic(), time.thread_time()
        await asyncio.sleep(LOOK)
        quiet = time.thread_time() - spent < QUIET * (time.monotonic() - began)
        if quiet and gc.get_count()[2] >= WORTH:
            _search()


def _search() -> None:
    """Look at everything once; what is in use then is not looked at again until the next quiet moment."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
