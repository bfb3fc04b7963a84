"""One earlier question: a line in the list, and the whole of it."""

from collections.abc import Callable

from nicegui import ui

from nexus_appliance.school.callers import Role
from nexus_appliance.tutoring.history import Exchange
from nexus_appliance.tutoring.ratings import RATEABLE
from nexus_appliance.tutoring.reviews import Review
from ui.components.text import Text, heading
from ui.dates import when
from ui.school_words import outcome_sentence
from ui.site import current_caller
from ui.student.citation_cards import citation_cards, sources_name
from ui.student.marks import marked_html
from ui.student.rating import RatingBar


def entry_row(exchange: Exchange, show: Callable[[Exchange], object]) -> None:
    """A line that leads to the whole question."""
    with ui.element("li"), ui.element("button").props("type=button").classes("nx-entry") as button:
        Text("span", exchange.question).classes("nx-entry-question")
        Text("small", when(exchange.created_at)).classes("nx-muted")
    button.mark("entry").on("click", lambda: show(exchange))


def entry_view(exchange: Exchange) -> None:
    """Question, answer and pages as they were shown; a student may rate them here too."""
    with past_turn(exchange, exchange.subject):
        if exchange.outcome in RATEABLE and current_caller().role is Role.STUDENT:
            RatingBar(exchange.id, exchange.rating)


def past_turn(turn: Exchange | Review, subject: str) -> ui.element:
    """Question, answer and pages as a student of `subject` (a code) saw them; what is added inside `with` follows."""
    with ui.element("article").classes("nx-past") as article:
        Text("small", when(turn.created_at)).classes("nx-muted")
        heading(turn.question, 3)
        if turn.outcome != "answered":
            Text("p", outcome_sentence(turn.outcome)).classes("nx-past-outcome")
        answer = ui.element("div")
        links: dict[int, str] = {}
        if turn.citations:
            Text("h4", sources_name(turn.citations)).classes("nx-h4")
            links = citation_cards(turn.citations, subject)
        if turn.response:
            with answer:
                ui.html(marked_html(turn.response, links), sanitize=False).classes("nx-prose")
    return article
