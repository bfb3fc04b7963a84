"""Text in the right HTML element, so that a screen reader hears headings and paragraphs."""

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement


class Text(TextElement):
    """Plain text inside a tag such as h1, h2, p, span, small; never HTML."""

    def __init__(self, tag: str, text: str = "") -> None:
        super().__init__(tag=tag, text=text)


def heading(text: str, level: int = 2) -> Text:
    """A heading of level 1 to 4."""
    return Text(f"h{level}", text).classes(f"nx-h{level}")


def paragraph(text: str) -> Text:
    """A paragraph of plain text."""
    return Text("p", text)


def named(element: ui.element, name: str) -> ui.element:
    """Give an element without visible text a name for screen readers, and a tooltip."""
    element.props["aria-label"] = name
    element.props["title"] = name
    return element
