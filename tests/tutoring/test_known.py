"""Answers that are known: kept, given again, and given up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from nexus_appliance.errors import Failure, Missing, NotAllowed
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Generation, KnownAnswer, Subject, TeacherSubject, utc_now
from nexus_appliance.tutoring.answers import Answer, Citation
from nexus_appliance.tutoring.history import History
from nexus_appliance.tutoring.known import KnownAnswers, Place
from nexus_appliance.tutoring.ratings import Rating, Ratings

PAGE = Citation(1, "Buku", "buku.pdf", 8, "5", "Bab", "Router meneruskan paket.", 1.0)
ANSWER = Answer("Meneruskan paket. [1]", "answered", 0.8, (PAGE,), answerable=0.9)


def place(known: KnownAnswers, subject: int, question: str, model: str = "m") -> Place:
    found = known.place(subject, model, question)
    assert found is not None
    return found


def count(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(KnownAnswer.id)).all())


def test_who_asks_the_same_gets_the_same(database: Database, subject: int) -> None:
    known = KnownAnswers(database, 10)
    known.keep(place(known, subject, "Apa fungsi router?"), "Apa fungsi router?", ANSWER)
    found = known.find(place(known, subject, "router kegunaannya apa"))
    assert found is not None
    assert found.question == "Apa fungsi router?"
    assert found.answer == ANSWER
    assert known.find(place(known, subject, "Apa fungsi switch?")) is None
    assert known.find(place(known, subject, "Apa fungsi router?", model="other")) is None


def test_new_books_make_all_that_was_known_void(database: Database, subject: int) -> None:
    known = KnownAnswers(database, 10)
    before = place(known, subject, "Apa fungsi router?")
    known.keep(before, "Apa fungsi router?", ANSWER)
    with database.write() as session:
        generation = Generation(subject_id=subject, number=2)
        session.add(generation)
        session.flush()
        session.execute(update(Subject).values(active_generation=generation.id))
    now = place(known, subject, "Apa fungsi router?")
    assert known.find(now) is None
    known.keep(now, "Apa fungsi router?", ANSWER)
    assert count(database) == 1
    assert known.find(before) is None


def test_what_nobody_asked_for_longest_goes(database: Database, subject: int) -> None:
    known = KnownAnswers(database, 2)
    for name in ("router", "switch"):
        known.keep(place(known, subject, f"Apa fungsi {name}?"), f"Apa fungsi {name}?", ANSWER)
    with database.write() as session:
        session.execute(update(KnownAnswer).values(used_at=utc_now() - timedelta(hours=1)))
    assert known.find(place(known, subject, "Apa fungsi router?"))
    known.keep(place(known, subject, "Apa fungsi modem?"), "Apa fungsi modem?", ANSWER)
    assert count(database) == 2
    assert known.find(place(known, subject, "Apa fungsi router?"))
    assert not known.find(place(known, subject, "Apa fungsi switch?"))


@pytest.mark.parametrize("outcome", ["stopped", "passages", "extract"])
def test_half_an_answer_is_not_kept(database: Database, subject: int, outcome: str) -> None:
    known = KnownAnswers(database, 10)
    known.keep(place(known, subject, "Apa fungsi router?"), "Apa fungsi router?", Answer("", outcome, 0.5, (PAGE,)))
    assert count(database) == 0


def test_nothing_is_kept_where_nothing_may_be(database: Database, subject: int) -> None:
    assert KnownAnswers(database, 0).place(subject, "m", "Apa fungsi router?") is None
    assert KnownAnswers(database, 9).place(subject, "m", "Apa itu?") is None
    with database.write() as session:
        session.execute(update(Subject).values(active_generation=None))
    assert KnownAnswers(database, 9).place(subject, "m", "Apa fungsi router?") is None


def test_two_keep_the_same_at_once(database: Database, subject: int) -> None:
    known = KnownAnswers(database, 10)
    for _ in range(2):
        known.keep(place(known, subject, "Apa fungsi router?"), "Apa fungsi router?", ANSWER)
    assert count(database) == 1


def test_nothing_in_a_row_tells_who_asked() -> None:
    assert {column.name for column in KnownAnswer.__table__.columns}.isdisjoint({"user_id", "username", "chat_id"})


@pytest.fixture
def told(database: Database, subject: int, person: Callable[..., Caller]) -> tuple[KnownAnswers, Caller, int]:
    known, student = KnownAnswers(database, 10), person(Role.STUDENT)
    known.keep(place(known, subject, "Apa fungsi router?"), "Apa fungsi router?", ANSWER)
    return known, student, History(database).record(student, subject, "Apa kegunaan router?", ANSWER)


def test_a_teacher_of_the_subject_clears_an_answer(
    database: Database, subject: int, told: tuple[KnownAnswers, Caller, int], person: Callable[..., Caller]
) -> None:
    known, student, turn = told
    teacher, stranger = person(Role.TEACHER), person(Role.TEACHER)
    with database.write() as session:
        session.add(TeacherSubject(user_id=teacher.user_id, subject_id=subject))
    for other in (student, stranger, person(Role.TECHNICIAN)):
        with pytest.raises((NotAllowed, Missing)):
            known.forget(other, turn)
    assert count(database) == 1
    assert known.forget(teacher, turn) is True
    assert known.forget(person(Role.ADMIN), turn) is False
    assert count(database) == 0
    with pytest.raises(Missing) as error:
        known.forget(teacher, 10**20)
    assert error.value.code == Failure.TURN_UNKNOWN


def test_what_was_no_help_is_not_given_again(database: Database, told: tuple[KnownAnswers, Caller, int]) -> None:
    _, student, turn = told
    Ratings(database).rate(student, turn, Rating(helpful=True))
    assert count(database) == 1
    Ratings(database).rate(student, turn, Rating(False, "wrong"))
    assert count(database) == 0
