"""A field for one file that is sent to an upload route with progress; see docs/adr/0002-uploads.md."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from ui.i18n import _

Stored = Callable[[dict[str, Any]], Awaitable[None] | None]
Chosen = Callable[[str], Awaitable[None] | None]

NAME_LENGTH = 200
"""Characters of a file's name that are kept."""


class UploadField(Element, component="upload_field.js"):
    """Choose a file or drop one, then call `send(fields)`; sending can be cancelled.

    `limit` is in bytes and only spares a vain wait: the server refuses larger files by itself. `on_chosen` gets the
    name of the file, `on_stored` what the route answered. What goes wrong stands below the field.
    """

    def __init__(
        self, label: str, url: str, *, limit: int, on_stored: Stored, on_chosen: Chosen, accept: str = ".pdf"
    ) -> None:
        super().__init__()
        self._props.update(label=label, url=url, limit=limit, accept=accept, words=_words(limit))
        self.on("stored", lambda event: on_stored(event.args if isinstance(event.args, dict) else {}))
        self.on("chosen", lambda event: on_chosen(_name(event)))

    def send(self, **fields: str | int) -> None:
        """Send the chosen file with these fields, which arrive as text."""
        self.run_method("send", {name: str(value) for name, value in fields.items()})


def _name(event: GenericEventArguments) -> str:
    name = event.args.get("name") if isinstance(event.args, dict) else ""
    return str(name or "")[:NAME_LENGTH]


def _words(limit: int) -> dict[str, str]:
    return {
        "drop": _("or drop it here"),
        "cancel": _("Cancel"),
        "none": _("No file is chosen. Choose a PDF first."),
        "empty": _("The file is empty (0 bytes). Download or save the book again, then upload it."),
        "large": _(
            "The file is larger than {limit} MB. Split the book or make the file smaller.", limit=limit // 10**6
        ),
        "lost": _("The connection was lost while sending. Check the network, then upload again."),
        "sending": _("Sending: %"),
        "storing": _("Storing ..."),
        "cancelled": _("Sending was cancelled. Nothing was added."),
    }
