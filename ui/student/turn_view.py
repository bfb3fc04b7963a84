"""One question on the page: the question, the pages of the books, the answer as it grows, and what to do next."""

from collections.abc import Callable, Sequence

from nicegui import ui

from nexus_appliance.tutoring.answers import Citation
from ui.components.text import Text, heading
from ui.dates import duration
from ui.i18n import _, noted
from ui.school_words import outcome_sentence
from ui.student.citation_cards import citation_cards, sources_name
from ui.student.marks import marked_html
from ui.student.rating import RatingBar

BY_WORDS = noted(
    "Some books are being prepared anew. Until then only your words are looked up in them: "
    "if the pages do not fit, ask with the words of the book."
)
PAGES_ALONE = ("refused", "passages")
"""Outcomes without an answer: their sentence stands first, the pages below it are all there is."""


class TurnView:
    """The elements of one question, brought up to date by what happens to it."""

    def __init__(self, question: str, subject: str) -> None:
        self._subject = subject
        self._links: dict[int, str] = {}
        with ui.element("article").classes("nx-turn") as self.element:
            Text("h2", question).classes("nx-question")
            with ui.element("div").classes("nx-turn-body") as self._body:
                self._sources = ui.element("section").classes("nx-sources")
                with ui.element("div").classes("nx-answer"):
                    self._note = Text("p").classes("nx-small nx-muted nx-earlier").mark("earlier")
                    self._note.set_visibility(False)
                    self._short = ui.element("div").classes("nx-short").mark("short-answer")
                    self._short.set_visibility(False)
                    self._status = _Status()
                    with ui.element("div").classes("nx-answer-text") as self._text:
                        self._growing = Text("div").classes("nx-growing")
                    self._text.props("aria-live=polite aria-busy=true")
                    with ui.element("div").classes("nx-turn-foot") as self._foot:
                        self._actions = ui.element("div").classes("nx-turn-actions")
        self._status.show(_("Looking in the books ..."))

    @property
    def gone(self) -> bool:
        """Whether the page or the conversation has been closed."""
        return self.element.is_deleted

    def cite(self, citations: Sequence[Citation], *, by_words: bool = False) -> None:
        """Show the pages; they come before anything of the answer, and once more when their order changes."""
        if not self._links:
            self._status.show(_("Writing the answer ..."))
        self._sources.clear()
        with self._sources:
            heading(sources_name(citations), 3)
            self._links = citation_cards(citations, self._subject)
            if by_words:
                Text("p", _(BY_WORDS)).classes("nx-small nx-muted").mark("by-words")

    def recall(self, earlier: str, question: str) -> None:
        """Say that the answer was given before, and to what if it was asked in other words."""
        if not earlier:
            return
        if earlier.casefold().strip(" ?!.") == question.casefold().strip(" ?!."):
            self._note.set_text(_("Asked before: this answer was given then."))
        else:
            self._note.set_text(_("Asked before as “{question}”: this answer was given then.", question=earlier))
        self._note.set_visibility(True)

    def shorten(self, text: str) -> None:
        """Show the best sentences of the book until the answer comes."""
        self._short.clear()
        with self._short:
            heading(_("Short answer from the book"), 3)
            ui.html(marked_html(text, self._links), sanitize=False).classes("nx-prose")
            Text("p", _("The full answer follows here. You may ask something else meanwhile.")).classes(
                "nx-small nx-muted"
            )
        self._short.set_visibility(True)

    def wait(self, position: int, seconds: float) -> None:
        """Show the place in the queue and about how long it takes."""
        time = duration(seconds)
        if not position:
            self._status.show(_("The model reads the book for you, about {time}", time=time))
            return
        self._status.show(_("Number {position} in the queue, about {time}", position=position, time=time))

    def grow(self, text: str) -> None:
        """Show the answer as far as it is written, as plain text without the stars of bold words."""
        self._growing.set_text(text.replace("**", ""))
        self._status.show("")

    def compare(self) -> None:
        """The answer is written; its pages are compared."""
        self._status.show(_("Comparing the pages ..."))

    def restart(self) -> None:
        """The answer is written again from its beginning."""
        self._growing.set_text("")
        self._status.show(_("Writing the answer ..."))

    def end(self, text: str, outcome: str) -> None:
        """Show the whole answer with its marks, or the sentence that stands in its place."""
        self._body.classes(f"is-{outcome}")
        if outcome in PAGES_ALONE:
            self._body.classes("is-pages-alone")
            self._sources.move(target_index=1)
        self._settle(marked_html(text, self._links))
        self._status.show("" if outcome == "answered" else outcome_sentence(outcome), busy=False)

    def fail(self, sentence: str) -> None:
        """Say why there is no answer; what has been written stays."""
        self._body.classes("is-failed")
        self._settle(marked_html(self._growing.text, self._links))
        self._status.show(sentence, busy=False)

    def offer(self, label: str, icon: str, on_click: Callable[[], object]) -> ui.button:
        """A quiet action below the answer."""
        with self._actions:
            button = ui.button(label, icon=icon, on_click=on_click)
        return button.props("flat no-caps color=primary").classes("nx-quiet")

    def rate(self, turn: int) -> None:
        """Ask whether it helped; `turn` is the row of the history."""
        with self._foot:
            RatingBar(turn)

    def _settle(self, html: str) -> None:
        self._short.clear()
        self._short.set_visibility(False)
        self._text.clear()
        with self._text:
            if html.strip():
                ui.html(html, sanitize=False).classes("nx-prose")
        self._text.props["aria-busy"] = "false"


class _Status:
    """One line that says what happens now, with moving dots while something does."""

    def __init__(self) -> None:
        with ui.element("div").classes("nx-status is-busy").props("role=status") as self._row:
            ui.element("span").classes("nx-dots").props("aria-hidden=true")
            self._words = Text("span")

    def show(self, sentence: str, *, busy: bool = True) -> None:
        """Replace the sentence; an empty one takes the line away."""
        if sentence == self._words.text:
            return
        self._words.set_text(sentence)
        self._row.classes(add="is-busy", remove="is-still") if busy else self._row.classes("is-still", remove="is-busy")
        self._row.set_visibility(bool(sentence))
