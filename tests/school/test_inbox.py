"""A question goes to the teachers of its subject and comes back with a reply."""

from collections.abc import Callable

import pytest

from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.school.callers import OPERATOR, Caller
from nexus_appliance.school.inbox import OPEN_LIMIT, QUESTION_LIMIT, REPLY_LIMIT
from tests.school.conftest import School

FISIKA = "fisika_12"


@pytest.fixture
def teacher(school: School) -> Caller:
    school.subjects.add(OPERATOR, 12, "Fisika")
    return school.sign_in("guru", "teacher", "kata-sandi-7", FISIKA)[1]


@pytest.fixture
def student(school: School, teacher: Caller) -> Caller:
    return school.sign_in("siti", "student")[1]


def kinds(school: School, caller: Caller) -> list[str]:
    return [notice.kind for notice in school.notices.list(caller) if notice.kind.startswith("question")]


def code(call: Callable[..., object], *arguments: object) -> Failure:
    with pytest.raises(NexusError) as caught:
        call(*arguments)
    return caught.value.code


def test_the_way_of_a_question(school: School, teacher: Caller, student: Caller) -> None:
    school.inbox.ask(student, FISIKA, "  Mengapa\n benda jatuh? ")
    (asked,) = school.inbox.list(teacher, FISIKA)
    assert (asked.student, asked.question) == ("Siti", "Mengapa benda jatuh?")
    assert kinds(school, teacher) == ["question_asked"]
    school.inbox.reply(teacher, asked.id, "Karena gravitasi.")
    assert school.inbox.list(teacher, FISIKA) == []
    (notice,) = school.notices.list(student)
    assert notice.values == {"subject": "Fisika 12", "question": asked.question, "reply": "Karena gravitasi."}


def test_the_same_question_is_asked_once_until_it_is_answered(school: School, teacher: Caller, student: Caller) -> None:
    for _number in range(3):
        school.inbox.ask(student, FISIKA, "Apa itu gaya?")
    (asked,) = school.inbox.list(teacher, FISIKA)
    assert kinds(school, teacher) == ["question_asked"]
    school.inbox.reply(teacher, asked.id, "Tarikan.")
    school.inbox.ask(student, FISIKA, "Apa itu gaya?")
    assert len(school.inbox.list(teacher, FISIKA)) == 1


def test_nobody_floods_a_teacher(school: School, teacher: Caller, student: Caller) -> None:
    for number in range(OPEN_LIMIT):
        school.inbox.ask(student, FISIKA, f"Pertanyaan {number}?")
    assert code(school.inbox.ask, student, FISIKA, "Satu lagi?") is Failure.INBOX_FULL
    other = school.sign_in("budi", "student")[1]
    school.inbox.ask(other, FISIKA, "Satu lagi?")
    assert len(school.inbox.list(teacher, FISIKA)) == OPEN_LIMIT + 1


def test_without_a_teacher_the_administrators_are_told(school: School) -> None:
    admin = school.sign_in("ani", "admin")[1]
    school.subjects.add(OPERATOR, 12, "Kimia")
    school.inbox.ask(school.sign_in("siti", "student")[1], "kimia_12", "Apa itu atom?")
    assert kinds(school, admin) == ["question_asked"]


def test_what_is_typed_is_checked(school: School, teacher: Caller, student: Caller) -> None:
    assert code(school.inbox.ask, student, FISIKA, " \x00 ") is Failure.QUESTION_EMPTY
    assert code(school.inbox.ask, student, FISIKA, "a" * (QUESTION_LIMIT + 1)) is Failure.QUESTION_TOO_LONG
    school.inbox.ask(student, FISIKA, "a" * QUESTION_LIMIT)
    (asked,) = school.inbox.list(teacher, FISIKA)
    assert code(school.inbox.reply, teacher, asked.id, "") is Failure.QUESTION_EMPTY
    assert code(school.inbox.reply, teacher, asked.id, "a" * (REPLY_LIMIT + 1)) is Failure.QUESTION_TOO_LONG
    assert len(school.inbox.list(teacher, FISIKA)) == 1


def test_a_question_is_answered_once(school: School, teacher: Caller, student: Caller) -> None:
    school.inbox.ask(student, FISIKA, "Apa itu gaya?")
    (asked,) = school.inbox.list(teacher, FISIKA)
    school.inbox.reply(teacher, asked.id, "Tarikan.")
    assert code(school.inbox.reply, teacher, asked.id, "Lagi.") is Failure.QUESTION_UNKNOWN
    assert code(school.inbox.remove, teacher, asked.id) is Failure.QUESTION_UNKNOWN
    assert len(school.notices.list(student)) == 1
    for unknown in (0, -1, 10**12, 99):
        assert code(school.inbox.remove, teacher, unknown) is Failure.QUESTION_UNKNOWN


def test_a_question_can_be_taken_out(school: School, teacher: Caller, student: Caller) -> None:
    school.inbox.ask(student, FISIKA, "Siapa kamu?")
    school.inbox.remove(teacher, school.inbox.list(teacher, FISIKA)[0].id)
    assert school.inbox.list(teacher, FISIKA) == []
    assert school.notices.list(student) == []


def test_the_subject_must_exist(school: School, student: Caller) -> None:
    assert code(school.inbox.ask, student, "tidak_ada_12", "Apa?") is Failure.SUBJECT_UNKNOWN
