"""Passages of the books as small sheets of paper: page, section, book, and the text to unfold."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.tutoring.answers import Citation
from ui.components.text import Text
from ui.school_words import page_name

SECTION_PATH = " › "
"""Between the headings of a section's path; the card shows the nearest one, the opened card all."""


def citation_cards(citations: Sequence[Citation]) -> dict[int, str]:
    """Show the cards; returns the id of each card's HTML element by its number."""
    with ui.element("div").classes("nx-citations"):
        return {citation.number: _card(citation) for citation in citations}


def _card(citation: Citation) -> str:
    *above, section = citation.section.split(SECTION_PATH)
    with ui.element("details").classes("nx-citation") as card:
        with ui.element("summary"):
            Text("span", str(citation.number)).classes("nx-citation-number")
            with ui.element("span").classes("nx-citation-place"):
                Text("strong", page_name(citation.page_pdf, citation.page_printed))
                if section:
                    Text("span", section)
                Text("small", citation.book)
            ui.icon("expand_more").props("aria-hidden=true").classes("nx-citation-arrow")
        with ui.element("div").classes("nx-citation-text"):
            if above:
                Text("small", citation.section).classes("nx-muted")
            Text("p", citation.text)
    return card.html_id
