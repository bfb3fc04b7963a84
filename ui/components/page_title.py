"""The heading of a page and one sentence that says what it is for."""

from nicegui import ui

from ui.components.text import heading, paragraph


def page_title(title: str, lead: str = "") -> ui.element:
    """The page's only first-level heading; what is added inside `with` stands at its right (actions)."""
    with ui.element("header").classes("nx-page-title"):
        with ui.element("div"):
            heading(title, 1)
            if lead:
                paragraph(lead).classes("nx-lead")
        return ui.element("div").classes("nx-actions")
