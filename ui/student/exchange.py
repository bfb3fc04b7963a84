"""One question in flight: collects what the tutor says and shows it, not more often than a weak Wi-Fi can bear."""

import asyncio

from nexus_appliance.tutoring.answers import (
    Answer,
    AnswerEvent,
    Citation,
    Cited,
    Cleared,
    Comparing,
    Extract,
    Queued,
    Text,
    Turn,
)
from nexus_appliance.tutoring.marks import DOUBT
from ui.student.turn_view import TurnView

UPDATE_PAUSE = 0.2
"""Seconds between two updates of the growing text: it is sent whole each time."""


class LiveExchange:
    """What was shown for one question; `over` once the view says how it ended, `recorded` in which row of history.

    `queued`: the model has not begun with it.
    """

    def __init__(self, view: TurnView, question: str) -> None:
        self.view = view
        self.question = question
        self.over = False
        self.recorded = 0
        self.queued = False
        self._topic = question
        self._citations: tuple[Citation, ...] = ()
        self._text: list[str] = []
        self._extract = ""
        self._refused = False
        self._due: asyncio.TimerHandle | None = None

    def take(self, event: AnswerEvent) -> None:
        """Show one event of the tutor."""
        if isinstance(event, Cited):
            self._topic, self._citations, self._refused = event.topic, event.citations, event.refused
            self.view.cite(event.citations, by_words=event.by_words)
            self.view.recall(event.earlier, self.question)
        elif isinstance(event, Queued):
            self.queued = event.position > 0
            self.view.wait(event.position, event.seconds)
        elif isinstance(event, Extract):
            self._extract = event.text
            self.view.shorten(event.text)
        elif isinstance(event, Text):
            self._text.append(event.text)
            self._grow()
        elif isinstance(event, Comparing):
            self.view.compare()
        elif isinstance(event, Cleared):
            self._text.clear()
            self.view.restart()
        elif isinstance(event, Answer):
            self._refused = event.refused
            self.recorded = event.turn
            self._end(event.text, event.outcome)

    def stop(self) -> None:
        """The student stopped it or went on: what stands in the answer's place is the answer."""
        if not self.over and not self.view.gone:
            text, outcome = (self._extract, "extract") if self._extract else ("".join(self._text), "stopped")
            self._end(text, outcome)

    def fail(self, sentence: str) -> None:
        """Say why there is no answer, unless there is one already."""
        if not self.over and not self.view.gone:
            self.over = True
            self.view.fail(sentence)

    @property
    def served(self) -> bool:
        """Whether the student has something to read and may go on, though the answer is still to come."""
        return bool(self._extract) and not self.over

    @property
    def unsure(self) -> bool:
        """Whether the books gave no answer, or one that is doubtful in part."""
        return bool(self._citations) and (not any(self._text) or DOUBT in "".join(self._text))

    def turn(self) -> Turn | None:
        """What a follow-up may lean on; nothing when no page was found."""
        return Turn(self._topic, "".join(self._text), self._citations, self._refused) if self._citations else None

    def _grow(self) -> None:
        """Show the text a moment later, together with what comes until then."""
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(UPDATE_PAUSE, self._show_text)

    def _show_text(self) -> None:
        self._due = None
        if self._text and not self.over and not self.view.gone:
            self.view.grow("".join(self._text))

    def _end(self, text: str, outcome: str) -> None:
        self.over = True
        self._text = [text]
        self.view.end(text, outcome)
