"""Passages as small sheets of paper: page, section, book; the page to open, the text to unfold. Notes have no page.

All cards are one element of HTML: a hundred students' pages hold thousands of cards, and each element is some 5 kB.
"""

from collections.abc import Sequence

from markupsafe import Markup
from nicegui import ui

from nexus_appliance.knowledge.passages import SECTION_SEPARATOR
from nexus_appliance.tutoring.answers import Citation
from ui.i18n import _
from ui.pictures import picture_address
from ui.school_words import page_name
from ui.student.passage_text import passage_html

_ICON = Markup('<i class="q-icon notranslate material-icons {}" aria-hidden="true">{}</i>')
_ARROW = _ICON.format("nx-citation-arrow", "expand_more")
_LOOK = _ICON.format("nx-citation-look", "find_in_page")

_NOTE = Markup(
    '<div class="nx-citation is-note" id="{id}"><details><summary class="nx-citation-head">{place}{arrow}</summary>'
    '<div class="nx-citation-text">{text}</div></details></div>'
)
_CARD = Markup(
    '<div class="nx-citation" id="{id}">{head}<details><summary><span>{unfold}</span>{arrow}</summary>'
    '<div class="nx-citation-text">{text}</div></details></div>'
)
_PLACE = Markup('<span class="nx-citation-number">{}</span><span class="nx-citation-place">{}</span>')
_PLAIN_HEAD = Markup('<div class="nx-citation-head">{}</div>')
_HEAD = Markup(
    '<button type="button" class="nx-citation-head" title="{title}" data-picture="{picture}" data-book="{book}"'
    ' data-name="{name}">{place}{look}</button>'
)


def citation_cards(citations: Sequence[Citation], subject: str) -> dict[int, str]:
    """Show the cards; returns the id of each card's HTML element by its number. `subject` is the code of theirs."""
    cards = ui.html(sanitize=False).classes("nx-citations")
    links = {one.number: f"{cards.html_id}-{one.number}" for one in citations}
    cards.set_content(Markup("").join(_card(one, links[one.number], subject) for one in citations))
    return links


def sources_name(citations: Sequence[Citation]) -> str:
    """The heading above the cards."""
    if not any(citation.note for citation in citations):
        return _("From your books")
    return _("From your teachers") if all(one.note for one in citations) else _("From your books and teachers")


def _card(citation: Citation, html_id: str, subject: str) -> Markup:
    if citation.note:
        return _note(citation, html_id)
    *above, section = citation.section.split(SECTION_SEPARATOR)
    page = page_name(citation.page_pdf, citation.page_printed)
    place = Markup("<strong>{}</strong>").format(page)
    if section:
        place += Markup("<span>{}</span>").format(section)
    place += Markup("<small>{}</small>").format(citation.book)
    text = passage_html(citation.text)
    if above:
        text = Markup('<small class="nx-muted">{}</small>').format(citation.section) + text
    head = _head(citation, page, _PLACE.format(citation.number, place), subject)
    return _CARD.format(id=html_id, head=head, unfold=_("Passage"), arrow=_ARROW, text=text)


def _note(citation: Citation, html_id: str) -> Markup:
    """A teacher's note: the whole card unfolds its text, which stands in the place of a page."""
    place = Markup("<strong>{}</strong><span>{}</span>").format(_("Teacher's notes"), citation.section)
    text = passage_html(citation.text.removeprefix(citation.section).strip())
    return _NOTE.format(id=html_id, place=_PLACE.format(citation.number, place), arrow=_ARROW, text=text)


def _head(citation: Citation, page: str, place: Markup, subject: str) -> Markup:
    """A button that opens the picture of the page; plain where there is none."""
    if not citation.key:
        return _PLAIN_HEAD.format(place)
    return _HEAD.format(
        title=_("See the page"),
        picture=picture_address(subject, citation.key, citation.page_pdf),
        book=citation.book,
        name=page,
        place=place,
        look=_LOOK,
    )
