"""The state of one question on its way to an answer."""

import time
from collections.abc import Sequence

from nexus_appliance.errors import Unavailable
from nexus_appliance.inference.scheduler import Event, Finished, Restarted, Token, Waiting
from nexus_appliance.knowledge.gate import Gate
from nexus_appliance.knowledge.passages import Retrieval
from nexus_appliance.tutoring.answers import Answer, AnswerEvent, Citation, Cleared, Queued, Text, Turn, cite
from nexus_appliance.tutoring.followups import Resolved
from nexus_appliance.tutoring.marks import keep_real_marks, marked

SHOWN = 5
"""Citations beside an answer: what is not among the first five pages is not found."""


class Asking:
    """Collects what is shown for one question."""

    def __init__(
        self,
        question: str,
        resolved: Resolved,
        retrieval: Retrieval,
        gate: Gate,
        subject_id: int,
        turn: Turn | None,
    ) -> None:
        self.question = question
        self.topic = resolved.topic
        self.subject_id = subject_id
        self.turn = turn
        self.citations = _citations(resolved, retrieval)
        self.confidence = 1.0 if resolved.pointed else gate.probability(retrieval.signals)
        self.refused = not (resolved.pointed or gate.passes(retrieval.signals))
        self.excerpts: Sequence[str] = ()
        self.outcome = "refused" if self.refused else "stopped"
        self.failure: Unavailable | None = None
        self._text: list[str] = []
        self._started = time.monotonic()
        self._times: dict[str, float] = {}

    def found_in(self, seconds: float) -> None:
        """Note how long the search took, before which this question's clock did not run."""
        self._started -= seconds
        self._times["retrieval"] = seconds

    def take(self, event: Event) -> AnswerEvent | None:
        """Note one event of the scheduler; what the student sees of it."""
        if isinstance(event, Waiting):
            return Queued(event.position, event.seconds)
        if isinstance(event, Token):
            self._first("first_token")
            self._text.append(event.text)
            return Text(event.text)
        if isinstance(event, Restarted):
            self._text.clear()
            return Cleared()
        if isinstance(event, Finished):
            self.outcome = "answered"
        else:
            self._first("queue")
        return None

    def give_up(self, error: Unavailable) -> None:
        """The model is gone: the passages alone are the answer."""
        self.outcome = "passages"
        self.failure = error

    def answer(self) -> Answer:
        """The answer as it stands now."""
        times = self._times | {"total": time.monotonic() - self._started}
        return Answer(
            text=self._marked_text(),
            outcome=self.outcome,
            confidence=round(self.confidence, 3),
            citations=self.citations,
            timings_ms={name: round(seconds * 1000, 1) for name, seconds in times.items()},
        )

    def _marked_text(self) -> str:
        """The text with passage numbers; half an answer is not yet anybody's."""
        text = "".join(self._text)
        if self.outcome == "answered":
            return marked(text, self.excerpts)
        return keep_real_marks(text, len(self.excerpts))

    def _first(self, name: str) -> None:
        self._times.setdefault(name, time.monotonic() - self._started)


def _citations(resolved: Resolved, retrieval: Retrieval) -> tuple[Citation, ...]:
    """The passage that the question points at comes first, then the retrieved ones."""
    found = cite(retrieval.passages[:SHOWN])
    if resolved.pointed is None:
        return found
    pointed = resolved.pointed
    others = [citation for citation in found if (citation.file, citation.page_pdf) != (pointed.file, pointed.page_pdf)]
    ordered = [pointed, *others][:SHOWN]
    return tuple(_numbered(number, citation) for number, citation in enumerate(ordered, start=1))


def _numbered(number: int, citation: Citation) -> Citation:
    return Citation(**(citation.plain() | {"number": number}))
