"""The state of one question on its way to an answer."""

import time
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from itertools import chain

from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.inference.scheduler import Event, Finished, Restarted, Token, Waiting
from nexus_appliance.knowledge.gate import Gate
from nexus_appliance.knowledge.passages import Retrieval
from nexus_appliance.tutoring.answers import Answer, AnswerEvent, Citation, Cited, Cleared, Queued, Text, cite
from nexus_appliance.tutoring.confidence import Confidence
from nexus_appliance.tutoring.excerpts import excerpts
from nexus_appliance.tutoring.extract import extract
from nexus_appliance.tutoring.followups import Resolved
from nexus_appliance.tutoring.leading import ranked, signs
from nexus_appliance.tutoring.marks import doubtful_share, marked, without_marks
from nexus_appliance.tutoring.orders import without_orders
from nexus_appliance.tutoring.pairs import EXCERPT, Pair
from nexus_appliance.tutoring.quotes import with_quotation
from nexus_appliance.tutoring.support import Alignment, Passages
from nexus_appliance.tutoring.tidy import tidy

SHOWN = 5
"""Citations beside an answer: what is not among the first five pages is not found."""


class Asking:
    """Collects what is shown for one question; `texts` are the passages as the model may read them."""

    def __init__(
        self,
        question: str,
        resolved: Resolved,
        retrieval: Retrieval,
        gate: Gate,
        confidence: Confidence | None,
        subject_id: int,
    ) -> None:
        self.question = question
        self.topic = resolved.topic
        self.subject_id = subject_id
        self.asked = resolved.asked
        self.citations = _citations(resolved, retrieval)
        self.texts = [without_orders(citation.text) for citation in self.citations]
        self.worth = {} if resolved.pointed else retrieval.worth
        self.signals = retrieval.signals
        self._by_words = retrieval.by_words
        self.confidence = None if resolved.pointed else confidence
        self._chance = 1.0 if resolved.pointed else gate.probability(retrieval.signals)
        self.refused = not (resolved.pointed or gate.passes(retrieval.signals)) or not any(self.texts)
        self.outcome = "refused" if self.refused else "stopped"
        self.failure: Unavailable | None = None
        self.extract = ""
        self._text: list[str] = []
        self._finished: Finished | None = None
        self._started = time.monotonic()
        self._times: dict[str, float] = {}

    @property
    def least_evidence(self) -> float | None:
        """The evidence below which the model should decline; None where it is not to be asked."""
        return self.confidence.least_evidence(self.signals) if self.confidence else None

    @property
    def whole(self) -> bool:
        """Whether the model has said all it had to say."""
        return self._finished is not None

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
            self.outcome = "refused" if event.reason == "declined" else "answered"
            self._finished = event
            self._first("total")
        else:
            self._first("queue")
            if event.whole:
                return Queued(0, event.seconds)
        return None

    def give_up(self, error: Unavailable) -> None:
        """The model is gone, or everybody asks it: the passages alone are the answer, or the best of them."""
        busy = error.code == Failure.QUEUE_FULL and self.shorten()
        self.outcome = "extract" if busy else "passages"
        self.failure = error

    def shorten(self) -> str:
        """The best sentences of the book, which stand in the place of an answer that does not come yet."""
        self.extract = self.extract or extract(self.texts, self.worth)
        return self.extract

    def cited(self) -> Cited:
        """The citations as they stand now."""
        return Cited(self.citations, self.refused, self.topic, self._by_words)

    def lead(self) -> tuple[int, Pair | None]:
        """The place of the citation that says what was written, and it with the next one if they stand close.

        Changes nothing: it may still run in its thread when the student has left.
        """
        if self.outcome != "answered" or self.confidence is None:
            return 0, None
        scores = [citation.score for citation in self.citations]
        (best, leader), *others = ranked(signs(self._passages, self._written, scores), self.confidence.leads)
        if not others or best - others[0][0] >= self.confidence.close:
            return leader, None
        value, place = others[0]
        texts = [self._passages.texts[one] for one in (leader, place)]
        read = [*chain.from_iterable(excerpts([text], self.worth, EXCERPT) for text in texts)]
        second = place + (place < leader)  # those before the leader move when it is put first
        return leader, Pair((read[0], read[1]), second, best - value) if len(read) == len(texts) else None

    def put_first(self, place: int) -> None:
        """Let the citation at this place (from 0) lead the others, and number them anew; `texts` stay as found."""
        if place:
            first = self.citations[place]
            self.citations = _numbered([first, *(one for one in self.citations if one is not first)])
            self._passages.put_first(place)

    def answer(self) -> Answer:
        """The answer as it stands now."""
        self._first("total")
        text = self._marked_text()
        if self.outcome in ("stopped", "extract") and self.extract:
            self.outcome, text = "extract", self.extract
        answerable, right = self._chances(text)
        return Answer(
            text=with_quotation(text, self._passages, self.worth) if self.outcome == "answered" else text,
            outcome=self.outcome,
            confidence=round(right, 3),
            citations=self.citations,
            timings_ms={name: round(seconds * 1000, 1) for name, seconds in self._times.items()},
            answerable=round(answerable, 3),
        )

    @cached_property
    def _passages(self) -> Passages:
        """Made when it is needed, in a thread: new words take up to a millisecond each to stem."""
        return Passages(self.texts, f"{self.question} {self.topic}")

    @property
    def _written(self) -> str:
        """The whole answer, tidied."""
        cut = self._finished is not None and self._finished.reason == "cut"
        return tidy("".join(self._text), cut=cut)

    def _chances(self, text: str) -> tuple[float, float]:
        """How likely the pages answer, and how likely `text` is right; of a refusal the same number twice."""
        finished = self._finished
        if self.confidence is None or finished is None or finished.evidence is None:
            return self._chance, self._chance
        answerable = self.confidence.before(self.signals, finished.evidence)
        if self.outcome == "refused":
            return answerable, answerable
        return answerable, self.confidence.after(
            self.signals, finished.evidence, finished.support or 0.0, finished.certainty, doubtful_share(text)
        )

    def _marked_text(self) -> str:
        """The text with passage numbers; half an answer is not yet anybody's."""
        if self.outcome == "answered":
            return marked(self._written, self._passages, self._trusts)
        return without_marks("".join(self._text))

    def _trusts(self, alignment: Alignment) -> bool:
        """See `Confidence.trusts`; without a calibration the passages alone decide."""
        finished = self._finished
        if self.confidence is None or finished is None or finished.evidence is None:
            return True
        return self.confidence.trusts(alignment, self.signals, finished.evidence, finished.support or 0.0)

    def _first(self, name: str) -> None:
        self._times.setdefault(name, time.monotonic() - self._started)


def _citations(resolved: Resolved, retrieval: Retrieval) -> tuple[Citation, ...]:
    """The passage that the question points at comes first, then the retrieved ones."""
    found = cite(retrieval.passages[:SHOWN])
    if resolved.pointed is None:
        return found
    pointed = resolved.pointed
    others = [citation for citation in found if (citation.file, citation.page_pdf) != (pointed.file, pointed.page_pdf)]
    return _numbered([pointed, *others][:SHOWN])


def _numbered(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(replace(citation, number=number) for number, citation in enumerate(citations, start=1))
