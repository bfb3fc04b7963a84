"""A question before something is taken away."""

from nicegui import ui

from ui.components.button import danger_button, primary_button, quiet_button
from ui.components.sheet import delete_closed
from ui.components.text import heading, paragraph
from ui.i18n import _


async def confirm(title: str, text: str, action: str, *, danger: bool = False) -> bool:
    """Ask in a dialog whose buttons are `action` and Cancel; True only for `action`."""
    with ui.dialog() as dialog, ui.element("div").classes("nx-card nx-dialog"):
        heading(title)
        paragraph(text)
        with ui.element("div").classes("nx-actions"):
            quiet_button(_("Cancel"), lambda: dialog.submit(False))
            (danger_button if danger else primary_button)(action, lambda: dialog.submit(True))
    dialog.props["aria-label"] = title
    try:
        return bool(await dialog)
    finally:
        delete_closed(dialog)
