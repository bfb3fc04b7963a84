"""A card: a rounded sheet of paper with a title."""

from nicegui import ui

from ui.components.text import heading


def card(title: str = "") -> ui.element:
    """A section with an optional second-level heading; fill it inside `with`."""
    section = ui.element("section").classes("nx-card")
    if title:
        with section:
            heading(title)
    return section
