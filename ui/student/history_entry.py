"""One earlier question: a line in the list, and the whole of it."""

from collections.abc import Callable

from nicegui import ui

from nexus_appliance.tutoring.history import Exchange
from ui.components.text import Text, heading
from ui.dates import when
from ui.i18n import _
from ui.school_words import outcome_sentence
from ui.student.citation_cards import citation_cards
from ui.student.marks import marked_html


def entry_row(exchange: Exchange, show: Callable[[Exchange], object]) -> None:
    """A line that leads to the whole question."""
    with ui.element("li"), ui.element("button").props("type=button").classes("nx-entry") as button:
        Text("span", exchange.question).classes("nx-entry-question")
        Text("small", when(exchange.created_at)).classes("nx-muted")
    button.mark("entry").on("click", lambda: show(exchange))


def entry_view(exchange: Exchange) -> None:
    """Question, answer and pages as they were shown."""
    with ui.element("article").classes("nx-past"):
        Text("small", when(exchange.created_at)).classes("nx-muted")
        heading(exchange.question, 3)
        if exchange.outcome != "answered":
            Text("p", outcome_sentence(exchange.outcome)).classes("nx-past-outcome")
        answer = ui.element("div")
        links: dict[int, str] = {}
        if exchange.citations:
            Text("h4", _("From your books")).classes("nx-h4")
            links = citation_cards(exchange.citations)
        if exchange.response:
            with answer:
                ui.html(marked_html(exchange.response, links), sanitize=False).classes("nx-prose")
