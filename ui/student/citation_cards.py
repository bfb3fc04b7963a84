"""Passages of the books as small sheets of paper: page, section, book, and the text to unfold."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.tutoring.answers import Citation
from ui.components.text import Text
from ui.i18n import ngettext
from ui.school_words import page_name

OPEN_AT_ONCE = 3
"""Cards in sight; the others are one touch away, so that the answer is not far down on a phone."""


def citation_cards(citations: Sequence[Citation]) -> dict[int, str]:
    """Show the cards; returns the id of each card's HTML element by its number."""
    links = {citation.number: _card(citation) for citation in citations[:OPEN_AT_ONCE]}
    further = citations[OPEN_AT_ONCE:]
    if further:
        with ui.element("details").classes("nx-further"):
            with ui.element("summary"):
                Text("span", ngettext("{count} more page", "{count} more pages", len(further)))
            links |= {citation.number: _card(citation) for citation in further}
    return links


def _card(citation: Citation) -> str:
    with ui.element("details").classes("nx-citation") as card:
        with ui.element("summary"):
            Text("span", str(citation.number)).classes("nx-citation-number")
            with ui.element("span").classes("nx-citation-place"):
                Text("strong", page_name(citation.page_pdf, citation.page_printed))
                if citation.section:
                    Text("span", citation.section)
                Text("small", citation.book)
            ui.icon("expand_more").props("aria-hidden=true").classes("nx-citation-arrow")
        Text("p", citation.text).classes("nx-citation-text")
    return card.html_id
