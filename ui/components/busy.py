"""A button that waits for its own work, so that a second click does nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui


@contextmanager
def busy(button: ui.button) -> Iterator[None]:
    """Disable the button meanwhile; it may be gone at the end."""
    button.disable()
    try:
        yield
    finally:
        if not button.is_deleted:
            button.enable()
