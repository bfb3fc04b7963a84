"""Why a book may be passed on to other schools: asked before it is sent, for only some books may."""

from nicegui import ui

from ui.components.button import primary_button, quiet_button
from ui.components.fields import select_field
from ui.components.sheet import delete_closed
from ui.components.text import heading, paragraph
from ui.i18n import _, noted

LICENCES = {
    "kemendikdasmen": noted("An official textbook of the ministry, free to pass on"),
    "own": noted("Written by teachers of this school"),
    "open": noted("Under an open licence (Creative Commons)"),
}
"""What the publisher is told, and how it is put here."""


async def ask_licence(title: str) -> str | None:
    """The licence that was chosen; None when the book is not to be sent."""
    with ui.dialog() as dialog, ui.element("div").classes("nx-card nx-dialog"):
        heading(_("Send “{title}” to the publisher?", title=title))
        paragraph(
            _("Every school that follows this subject gets it from there. Books of publishing houses must not be sent.")
        )
        chosen = select_field(_("Why it may be passed on"), {one: _(text) for one, text in LICENCES.items()})
        with ui.element("div").classes("nx-actions"):
            quiet_button(_("Cancel"), lambda: dialog.submit(None))
            send = primary_button(_("Send"), lambda: dialog.submit(chosen.value)).mark("send-book")
            send.bind_enabled_from(chosen, "value", bool)
    dialog.props["aria-label"] = _("Send “{title}” to the publisher?", title=title)
    try:
        found = await dialog
        return str(found) if found in LICENCES else None
    finally:
        delete_closed(dialog)
