"""What a student gets who would have to wait: an answer that is known, one that is on its way, or the book's words."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import cast

import pytest

from nexus_appliance.errors import Failure
from nexus_appliance.inference.scheduler import Event, Finished, Request, Started, Token, Waiting
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.tutoring.answers import Answer, AnswerEvent, Cited, Extract, Queued, Text
from nexus_appliance.tutoring.known import KnownAnswers
from tests.inference.conftest import until
from tests.tutoring.desk import Desk
from tests.tutoring.fakes import PASSAGES, SHUT_GATE, ScriptedScheduler

END = Finished("stop", 100, 3)
WRITES = (Started(), Token("Urutan langkah."), END)
SHORT = f"{PASSAGES[0].text} [1] {PASSAGES[1].text} [2]"


@pytest.fixture(autouse=True)
def remembers(desk: Desk, database: Database) -> None:
    desk.known = KnownAnswers(database, limit=100)


class SlowScheduler(ScriptedScheduler):
    """Says no more than `first` until `go` is set."""

    def __init__(self, first: Event) -> None:
        super().__init__(WRITES)
        self.first = first
        self.go = asyncio.Event()

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        yield self.first
        await self.go.wait()
        async for event in super().stream(request):
            yield event


async def test_the_second_who_asks_the_same_is_told_at_once(desk: Desk) -> None:
    scheduler = ScriptedScheduler(WRITES)
    tutor = desk.tutor(scheduler)
    first = cast(Answer, (await desk.ask(tutor, "Apa itu algoritma?"))[-1])
    cited, again = await desk.ask(tutor, "algoritma itu apa ya kak")
    assert cast(Cited, cited).earlier == "Apa itu algoritma?"
    assert (cast(Answer, again).text, cast(Answer, again).citations) == (first.text, first.citations)
    assert len(scheduler.requests) == len(desk.shelf.asked) == 1
    rows = desk.history.search(desk.student)
    assert [row.question for row in rows] == ["algoritma itu apa ya kak", "Apa itu algoritma?"]
    assert cast(Answer, again).turn == rows[0].id


async def test_another_question_is_asked_anew(desk: Desk) -> None:
    scheduler = ScriptedScheduler(WRITES)
    tutor = desk.tutor(scheduler)
    for question in ("Apa yang terjadi sebelum perang?", "Apa yang terjadi sesudah perang?"):
        await desk.ask(tutor, question)
    assert len(scheduler.requests) == 2


async def test_what_the_gate_refused_is_looked_up_again(desk: Desk) -> None:
    tutor = desk.tutor(ScriptedScheduler(WRITES), gate=SHUT_GATE)
    for _ in range(2):
        await desk.ask(tutor, "Apa itu algoritma?")
    assert len(desk.shelf.asked) == 2


async def test_two_students_who_ask_at_once_share_one_answer(desk: Desk, person: Callable[..., Caller]) -> None:
    scheduler, other = SlowScheduler(Started(1.0, 2.0)), person(Role.STUDENT)
    tutor = desk.tutor(scheduler)

    async def ask(caller: Caller) -> list[AnswerEvent]:
        return [event async for event in tutor.ask(caller, "informatika_10", "Apa itu algoritma?")]

    both = [asyncio.create_task(ask(caller)) for caller in (desk.student, other)]
    await until(lambda: bool(desk.shelf.asked))
    await asyncio.sleep(0.2)
    scheduler.go.set()
    first, second = (cast(Answer, events[-1]) for events in await asyncio.gather(*both))
    assert first.text == second.text
    assert first.turn != second.turn
    assert len(scheduler.requests) == len(desk.shelf.asked) == 1
    assert len(desk.history.search(other)) == 1


async def test_who_would_wait_long_reads_the_book_first(desk: Desk) -> None:
    events = await desk.ask(desk.tutor(ScriptedScheduler((Started(5.0, 60.0), *WRITES[1:]))), "Apa itu algoritma?")
    assert [type(event) for event in events] == [Cited, Extract, Queued, Text, Answer]
    assert cast(Extract, events[1]).text == SHORT
    assert cast(Answer, events[-1]).outcome == "answered"


async def test_who_has_waited_long_too(desk: Desk) -> None:
    desk.config = desk.config_with(extract_after=0.05)
    scheduler = SlowScheduler(Started(1.0, 2.0))
    events: list[AnswerEvent] = []
    async for event in desk.tutor(scheduler).ask(desk.student, "informatika_10", "Apa itu algoritma?"):
        events.append(event)
        if isinstance(event, Extract):
            scheduler.go.set()
    assert [type(event) for event in events] == [Cited, Extract, Queued, Text, Answer]


async def test_who_goes_on_keeps_the_short_answer(desk: Desk) -> None:
    tutor = desk.tutor(SlowScheduler(Waiting(9, 80.0, 90.0)))
    asked = tutor.ask(desk.student, "informatika_10", "Apa itu algoritma?")
    async for event in asked:
        if isinstance(event, Extract):
            break
    await asked.aclose()
    (row,) = desk.history.search(desk.student)
    assert (row.outcome, row.response) == ("extract", SHORT)
    tutor = desk.tutor(ScriptedScheduler(WRITES))
    assert cast(Answer, (await desk.ask(tutor, "Apa itu algoritma?"))[-1]).text.startswith("Urutan")


@pytest.mark.parametrize(("failure", "outcome"), [(Failure.QUEUE_FULL, "extract"), (Failure.MODEL_GONE, "passages")])
async def test_a_busy_machine_is_no_error(desk: Desk, failure: Failure, outcome: str) -> None:
    events = await desk.ask(desk.tutor(ScriptedScheduler((), failure)), "Apa itu algoritma?")
    answer = cast(Answer, events[-1])
    assert answer.outcome == outcome
    assert answer.text == (SHORT if outcome == "extract" else "")


async def test_the_model_knows_how_many_students_want_an_answer(desk: Desk, person: Callable[..., Caller]) -> None:
    scheduler, students = ScriptedScheduler(failure=Failure.MODEL_GONE), [desk.student, person(Role.STUDENT)]
    tutor = desk.tutor(scheduler)
    wanted = []
    for student in (students[0], students[0], students[1]):
        desk.student = student
        await desk.ask(tutor, "Apa itu algoritma?")
        counts = [request.wanted() for request in scheduler.requests if request.wanted]
        assert len(counts) == len(scheduler.requests)
        assert len(set(counts)) == 1
        wanted.append(counts[0])
    scheduler.failure, scheduler.events = None, WRITES
    await desk.ask(tutor, "apa itu algoritma ya")
    assert (wanted, scheduler.requests[0].wanted and scheduler.requests[0].wanted()) == ([1, 1, 2], 0)
