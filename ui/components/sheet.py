"""A dialog with a heading, made when it is needed and gone when it is closed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import background_tasks, ui

from ui.components.text import heading

FAREWELL = 0.6
"""Seconds between closing a dialog and deleting it: the browser fades it out and gives the focus back."""


@contextmanager
def sheet(title: str, *, persistent: bool = False, wide: bool = False) -> Iterator[ui.dialog]:
    """Fill it inside `with`; it opens at the end. Esc closes it unless `persistent`; `wide` is for reading."""
    with ui.dialog() as dialog, ui.element("div").classes("nx-card nx-dialog" + " is-wide" * wide):
        heading(title)
        yield dialog
    dialog.props["aria-label"] = title
    dialog.props.set_bool("persistent", persistent)
    dialog.on_value_change(lambda event: None if event.value else delete_closed(dialog))
    dialog.open()


def delete_closed(dialog: ui.dialog) -> None:
    """Delete a dialog that has just been closed, when the browser has no use for it any more."""
    background_tasks.create(_delete(dialog), name="delete dialog")


async def _delete(dialog: ui.dialog) -> None:
    await asyncio.sleep(FAREWELL)
    if not dialog.is_deleted:
        dialog.delete()
