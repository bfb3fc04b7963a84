"""A student who has to wait reads the book's own sentences, and may go on; who asks what was asked gets it at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.inference.conftest import ask, events
from tests.ui.site import new_visitor, running
from tests.ui.student.classroom import PAGES, Classroom, Student

SHORT = "Jawaban singkat dari buku"


@pytest.fixture
async def waiting(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Student]:
    """A student who does not like to wait."""
    room = Classroom(tmp_path / "home", sqlite_template, extract_after=0.1)
    room.add_student()
    room.add_book(room.add_subject())
    await room.appliance.scheduler.start()
    async with running(room.as_school()):
        student = Student(room, new_visitor())
        await student.until(lambda: room.appliance.scheduler.status().state == "ready")
        await student.open()
        yield student
    await room.appliance.close()


async def test_the_books_sentences_stand_there_until_the_answer_comes(waiting: Student) -> None:
    waiting.ask("algoritma sleep:1 selesai")
    await waiting.sees(SHORT)
    await waiting.sees("Jawaban lengkap menyusul")
    await waiting.sees(PAGES[0])
    await waiting.sees("Tanya lagi")
    await waiting.misses(SHORT)
    assert waiting.room.appliance.history.search(waiting.room.caller())[0].outcome == "answered"


async def test_who_goes_on_gets_what_the_model_has_begun_with_all_the_same(waiting: Student) -> None:
    long = "algoritma" + " sleep:0.2" * 10
    waiting.ask(long)
    await waiting.sees(SHORT)
    waiting.ask("Apa itu diagram alir?")
    await waiting.until(lambda: waiting.box.value == "")
    search = waiting.room.appliance.history.search
    await waiting.until(lambda: len(search(waiting.room.caller())) == 2)
    assert {row.outcome for row in search(waiting.room.caller())} == {"answered"}
    await waiting.sees("Tanya lagi")


async def test_who_goes_on_gives_up_the_place_in_the_queue(waiting: Student) -> None:
    model = waiting.room.appliance.scheduler
    other = asyncio.create_task(events(model, ask("sleep:0.3 " * 10, "budi")))
    await waiting.until(lambda: model.status().running == 1)
    waiting.ask("Apa itu algoritma?")
    await waiting.sees(SHORT)
    waiting.ask("Apa itu diagram alir?")
    search = waiting.room.appliance.history.search
    await waiting.until(lambda: len(search(waiting.room.caller())) == 2)
    rows = {row.question: row for row in search(waiting.room.caller())}
    left = rows["Apa itu algoritma?"]
    assert left.outcome == "extract"
    assert PAGES[0] in left.response
    assert rows["Apa itu diagram alir?"].outcome == "answered"
    await other


async def test_what_was_asked_before_says_so(waiting: Student) -> None:
    waiting.ask("Apa itu algoritma?")
    await waiting.sees("Tanya lagi")
    waiting.ask("jelaskan pengertian algoritma dong")
    await waiting.sees("Pernah ditanyakan sebagai “Apa itu algoritma?”")
    waiting.ask("apa itu algoritma")
    await waiting.sees("Pernah ditanyakan: ini jawaban")
    assert len(waiting.room.appliance.history.search(waiting.room.caller())) == 3
