"""What a list shows when it has nothing to show: why, and the next step."""

from nicegui import ui

from ui.components.button import Click, primary_button
from ui.components.text import heading, paragraph


def empty_state(
    icon: str,
    title: str,
    text: str,
    action: tuple[str, Click] | None = None,
    link: tuple[str, str] | None = None,
    level: int = 2,
) -> ui.element:
    """An icon, a title of that level, a sentence, and an optional button (label, handler) or link (label, path)."""
    with ui.element("section").classes("nx-empty") as section:
        ui.icon(icon).classes("nx-empty-mark").props("aria-hidden=true")
        heading(title, level)
        paragraph(text).classes("nx-muted")
        if action:
            primary_button(action[0], action[1])
        if link:
            ui.link(link[0], link[1]).classes("nx-button")
    return section
