"""Passages as small sheets of paper: page, section, book; the page to open, the text to unfold. Notes have no page."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.knowledge.passages import SECTION_SEPARATOR
from nexus_appliance.tutoring.answers import Citation
from ui.components.text import Text
from ui.i18n import _
from ui.pictures import picture_address
from ui.school_words import page_name
from ui.student.passage_text import passage_text


def citation_cards(citations: Sequence[Citation], subject: str) -> dict[int, str]:
    """Show the cards; returns the id of each card's HTML element by its number. `subject` is the code of theirs."""
    with ui.element("div").classes("nx-citations"):
        return {one.number: _note(one) if one.note else _card(one, subject) for one in citations}


def sources_name(citations: Sequence[Citation]) -> str:
    """The heading above the cards."""
    if not any(citation.note for citation in citations):
        return _("From your books")
    return _("From your teachers") if all(one.note for one in citations) else _("From your books and teachers")


def _note(citation: Citation) -> str:
    """A teacher's note: the whole card unfolds its text, which stands in the place of a page."""
    with ui.element("div").classes("nx-citation is-note") as card, ui.element("details"):
        with ui.element("summary").classes("nx-citation-head"):
            Text("span", str(citation.number)).classes("nx-citation-number")
            with ui.element("span").classes("nx-citation-place"):
                Text("strong", _("Teacher's notes"))
                Text("span", citation.section)
            ui.icon("expand_more").props("aria-hidden=true").classes("nx-citation-arrow")
        with ui.element("div").classes("nx-citation-text"):
            passage_text(citation.text.removeprefix(citation.section).strip())
    return card.html_id


def _card(citation: Citation, subject: str) -> str:
    *above, section = citation.section.split(SECTION_SEPARATOR)
    with ui.element("div").classes("nx-citation") as card:
        with _head(citation, subject):
            Text("span", str(citation.number)).classes("nx-citation-number")
            with ui.element("span").classes("nx-citation-place"):
                Text("strong", page_name(citation.page_pdf, citation.page_printed))
                if section:
                    Text("span", section)
                Text("small", citation.book)
            if citation.key:
                ui.icon("find_in_page").props("aria-hidden=true").classes("nx-citation-look")
        with ui.element("details"):
            with ui.element("summary"):
                Text("span", _("Passage"))
                ui.icon("expand_more").props("aria-hidden=true").classes("nx-citation-arrow")
            with ui.element("div").classes("nx-citation-text"):
                if above:
                    Text("small", citation.section).classes("nx-muted")
                passage_text(citation.text)
    return card.html_id


def _head(citation: Citation, subject: str) -> ui.element:
    """A button that opens the picture of the page; plain where there is none."""
    if not citation.key:
        return ui.element("div").classes("nx-citation-head")
    head = ui.element("button").props("type=button").classes("nx-citation-head")
    head.props["title"] = _("See the page")
    head.props["data-picture"] = picture_address(subject, citation.key, citation.page_pdf)
    head.props["data-book"] = citation.book
    head.props["data-name"] = page_name(citation.page_pdf, citation.page_printed)
    return head
