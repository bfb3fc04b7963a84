"""One question: retrieve, decide, prompt, stream, record."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable
from nexus_appliance.inference.scheduler import Event, Request, Scheduler, Started, Waiting
from nexus_appliance.knowledge.gate import Gate
from nexus_appliance.knowledge.library import Library
from nexus_appliance.school.callers import Caller
from nexus_appliance.school.names import one_line
from nexus_appliance.school.subjects import Subjects, SubjectView
from nexus_appliance.tutoring.answers import Answer, AnswerEvent, Cited, Comparing, Extract, Turn
from nexus_appliance.tutoring.asking import Asking
from nexus_appliance.tutoring.confidence import Confidence
from nexus_appliance.tutoring.demand import Demand
from nexus_appliance.tutoring.excerpts import reading
from nexus_appliance.tutoring.flights import Flights
from nexus_appliance.tutoring.followups import Resolved, resolve
from nexus_appliance.tutoring.history import History
from nexus_appliance.tutoring.known import Known, KnownAnswers, Place
from nexus_appliance.tutoring.pairs import second_answers
from nexus_appliance.tutoring.patience import with_alarm
from nexus_appliance.tutoring.prompts import STOP, compose
from nexus_appliance.tutoring.searches import Searches
from nexus_appliance.tutoring.topics import topics_of

log = logging.getLogger(__name__)


class Tutor:
    """Answers questions from the books of one subject."""

    def __init__(
        self,
        config: Config,
        subjects: Subjects,
        library: Library,
        gate: Gate,
        confidence: Callable[[], Confidence | None],
        scheduler: Scheduler,
        history: History,
        known: KnownAnswers,
        model: Callable[[], str],
    ) -> None:
        """`confidence` gives the calibration for the model that is chosen at the moment, `model` its name."""
        self._config = config
        self._subjects = subjects
        self._library = library
        self._gate = gate
        self._confidence = confidence
        self._scheduler = scheduler
        self._history = history
        self._known = known
        self._model = model
        self._flights = Flights()
        self._searches = Searches()
        self._demand = Demand()

    async def ask(
        self, caller: Caller, subject: str, question: str, turns: Sequence[Turn] = ()
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Answer from the books: `Cited` first, then the text, at the end one `Answer`, which is recorded.

        What was answered before is told at once (`Cited.earlier`). Whoever has to wait gets an `Extract` meanwhile.
        Behind the text `Comparing` may come, and `Cited` again where another page leads then. Leaving early (closing
        the generator) stops the model and records what was shown so far. Raises `Invalid` (question_empty,
        question_too_long, subject_empty) and `Missing` (subject_unknown). A model that is gone is no error: the answer
        then has the outcome "passages".
        """
        started = time.monotonic()
        question = self._checked(question)
        resolved = resolve(question, turns)
        alone = not resolved.leans and caller.user_id is not None  # the operator measures: nothing is told again
        view, place, known = await asyncio.to_thread(self._look_up, caller, subject, question if alone else "")
        if known:
            yield Cited(known.answer.citations, known.answer.refused, question, earlier=known.question)
            yield await asyncio.to_thread(self._repeat, caller, view.id, question, known.answer, started)
            return
        if place and caller.user_id is not None:
            self._demand.note(place, caller.user_id)
        asking = await self._begin(view, question, resolved, place, started)
        if asking.refused:
            self._searches.forget(place)
        try:
            yield (cited := asking.cited())
            if not asking.refused:
                async with aclosing(self._stream(caller, asking, place)) as events:
                    async for event in events:
                        yield event
        finally:
            answer = await asyncio.shield(asyncio.to_thread(self._settle, caller, asking, place))
        if answer.citations != cited.citations:
            yield asking.cited()
        yield answer

    async def topics(self, caller: Caller, subject: str, count: int) -> list[str]:
        """Headings of the subject's books that a student may ask about first, at most `count`.

        Raises `NotAllowed` and `Missing` (subject_unknown, subject_empty).
        """
        view = await asyncio.to_thread(self._subjects.get, caller, subject)
        return topics_of(await asyncio.to_thread(self._library.headings, view.id), count)

    def close(self) -> None:
        """End the threads of the searches."""
        self._searches.close()

    def _look_up(self, caller: Caller, subject: str, question: str) -> tuple[SubjectView, Place | None, Known | None]:
        """The subject; of a question that others may ask too where its answer is kept, and the answer."""
        view = self._subjects.get(caller, subject)
        place = self._known.place(view.id, self._model(), question) if question else None
        return view, place, self._known.find(place) if place else None

    async def _begin(
        self, view: SubjectView, question: str, resolved: Resolved, place: Place | None, started: float
    ) -> Asking:
        search = partial(self._library.search, view.id, resolved.topic)
        retrieval = await self._searches.find(place, search)
        if not retrieval.passages:
            raise Missing(Failure.SUBJECT_EMPTY, subject=view.code)
        confidence = await asyncio.to_thread(self._confidence)
        asking = Asking(question, resolved, retrieval, self._gate, confidence, view.id)
        asking.found_in(time.monotonic() - started)
        return asking

    def _settle(self, caller: Caller, asking: Asking, place: Place | None) -> Answer:
        """The answer as it stands, recorded; in a thread, for new words take up to a millisecond each to stem."""
        answer = self._recorded(caller, asking.subject_id, asking.question, asking.answer())
        if place and asking.whole:
            try:
                self._known.keep(place, asking.question, answer)
                self._demand.met(place)
            except Unavailable as failure:
                log.error("an answer is not kept for others: %s", failure)
        return answer

    def _repeat(self, caller: Caller, subject_id: int, question: str, answer: Answer, started: float) -> Answer:
        """An answer that was given before, recorded for this student too."""
        took = round((time.monotonic() - started) * 1000, 1)
        times = {"retrieval": took, "first_token": took, "total": took}
        return self._recorded(caller, subject_id, question, replace(answer, timings_ms=times))

    def _recorded(self, caller: Caller, subject_id: int, question: str, answer: Answer) -> Answer:
        try:
            turn = self._history.record(caller, subject_id, question, answer)
        except Unavailable as failure:  # a full disk must not cost the student what has been written
            log.error("an answer is not in the history: %s", failure)
            turn = 0
        return replace(answer, turn=turn)

    async def _stream(self, caller: Caller, asking: Asking, place: Place | None) -> AsyncGenerator[AnswerEvent, None]:
        """The model's events as the student sees them, then which page leads; a model that is gone ends the stream."""
        request = self._request(caller, asking, place)
        events = self._flights.follow(place, lambda: self._scheduler.stream(request))
        try:
            async with aclosing(with_alarm(events, self._config.extract_after)) as told:
                async for event in told:
                    if self._slow(event) and not asking.extract and (text := await asyncio.to_thread(asking.shorten)):
                        yield Extract(text)
                    if event is not None and (shown := asking.take(event)) is not None:
                        yield shown
        except Unavailable as error:
            await asyncio.to_thread(asking.give_up, error)
            if asking.outcome == "extract":
                yield Extract(asking.extract)
        finally:
            await events.aclose()
        leader, pair = await asyncio.to_thread(asking.lead)
        asking.put_first(leader)
        if pair and asking.confidence:
            yield Comparing()
            if await second_answers(self._scheduler, caller.username, pair, asking.asked, asking.confidence):
                asking.put_first(pair.second)

    def _slow(self, event: Event | None) -> bool:
        """Whether the whole answer will come, or has already come, later than a student likes to wait."""
        whole = event.whole if isinstance(event, Waiting | Started) else 0.0
        return event is None or whole > self._config.extract_after

    def _request(self, caller: Caller, asking: Asking, place: Place | None) -> Request:
        read = reading(asking.texts, asking.worth, self._scheduler.passage_characters(asking.asked))
        return Request(
            student=caller.username,
            prompt=compose(read.more, asking.asked, read.page),
            max_tokens=self._scheduler.answer_tokens(),
            stop=STOP,
            least_evidence=asking.least_evidence,
            deadline=self._config.answer_deadline,
            wanted=partial(self._demand.count, place) if place else None,
        )

    def _checked(self, question: str) -> str:
        """The question on one line without control characters."""
        question = one_line(question)
        if not question:
            raise Invalid(Failure.QUESTION_EMPTY)
        if len(question) > self._config.question_limit:
            raise Invalid(Failure.QUESTION_TOO_LONG, limit=self._config.question_limit)
        return question
