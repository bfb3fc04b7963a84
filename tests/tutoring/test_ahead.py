"""What is computed before anybody asks."""

from collections.abc import Callable

import pytest

from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Subject
from nexus_appliance.tutoring import ahead as module
from nexus_appliance.tutoring.ahead import Ahead
from nexus_appliance.tutoring.answers import Answer, Citation
from nexus_appliance.tutoring.history import History
from nexus_appliance.tutoring.prompts import compose


@pytest.fixture
def asked(database: Database, person: Callable[..., Caller]) -> Callable[[str], int]:
    with database.write() as session:
        subject = Subject(grade=10, name="Informatika", code="informatika_10")
        session.add(subject)
        session.flush()
        number = subject.id
    student = person(Role.STUDENT)

    def ask(text: str) -> int:
        page = Citation(1, "Buku", "buku.pdf", 8, "5", "Bab", text, 1.0)
        return History(database).record(student, number, "Apa?", Answer("Ini.", "answered", 0.9, (page,)))

    return ask


def test_the_most_asked_pages_are_computed_once_for_each_worker(
    database: Database, asked: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", 0.0)
    for text in ("satu", "dua", "dua", "tiga", "dua", "tiga"):
        asked(text)
    prepared: list[Prompt] = []
    ahead = Ahead(database, prepared.append)
    assert ahead.step(0) == 0
    assert ahead.step(7) == 3
    assert prepared == [compose([], "", text) for text in ("dua", "tiga", "satu")]
    assert ahead.step(7) == 0
    asked("empat")
    assert ahead.step(7) == 1
    assert ahead.step(8) == 4


def test_it_does_not_look_all_the_time(database: Database, asked: Callable[[str], int]) -> None:
    ahead = Ahead(database, lambda prompt: None)
    asked("satu")
    assert ahead.step(7) == 1
    asked("dua")
    assert ahead.step(7) == 0
