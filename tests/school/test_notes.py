"""Teachers' notes as rows: written, changed by several teachers, removed and brought back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.school import notes
from nexus_appliance.school.callers import OPERATOR, Caller
from nexus_appliance.storage.schema import utc_now
from tests.school.conftest import School

FISIKA = "fisika_12"


@pytest.fixture
def teacher(school: School) -> Caller:
    school.subjects.add(OPERATOR, 12, "Fisika")
    return school.sign_in("guru", "teacher", "kata-sandi-7", FISIKA)[1]


def code(call: Callable[..., object], *arguments: object) -> tuple[Failure, object]:
    with pytest.raises(NexusError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.values.get("field")


def texts(school: School, *, removed: bool = False) -> list[tuple[str, str]]:
    found = school.notes.list(OPERATOR, FISIKA).notes
    return [(note.question, note.answer) for note in found if (note.removed_at is not None) == removed]


def test_notes_come_newest_first_as_plain_lines(school: School, teacher: Caller) -> None:
    school.notes.add(
        teacher, FISIKA, " Apa itu\n gaya?", "Tarikan\x00 atau  dorongan. \r\n\n\n\nSatuannya <b>newton</b>."
    )
    school.notes.add(OPERATOR, FISIKA, "Apa itu massa?", "Banyaknya zat.")
    assert texts(school) == [
        ("Apa itu massa?", "Banyaknya zat."),
        ("Apa itu gaya?", "Tarikan atau dorongan.\n\nSatuannya <b>newton</b>."),
    ]
    assert [note.author for note in school.notes.list(teacher, FISIKA).notes] == ["", "Guru"]


def test_a_change_needs_the_revision_that_was_seen(school: School, teacher: Caller) -> None:
    note = school.notes.add(teacher, FISIKA, "Apa itu gaya?", "Tarikan.")
    school.notes.edit(teacher, note, 1, "Apa itu gaya?", "Dorongan.")
    assert code(school.notes.edit, OPERATOR, note, 1, "Apa?", "Lain.") == (Failure.NOTE_CHANGED, None)
    school.notes.edit(OPERATOR, note, 2, "Apa itu gaya?", "Tarikan atau dorongan.")
    assert texts(school) == [("Apa itu gaya?", "Tarikan atau dorongan.")]


def test_a_removed_note_comes_back_until_it_is_swept(school: School, teacher: Caller) -> None:
    note = school.notes.add(teacher, FISIKA, "Apa itu gaya?", "Tarikan.")
    school.notes.remove(teacher, note)
    school.notes.remove(teacher, note)
    assert (texts(school), len(texts(school, removed=True))) == ([], 1)
    assert code(school.notes.edit, teacher, note, 2, "Apa?", "Lain.") == (Failure.NOTE_CHANGED, None)
    school.notes.restore(teacher, note)
    assert len(texts(school)) == 1
    school.notes.remove(teacher, note)
    school.notes.sweep(utc_now() - timedelta(hours=1))
    school.notes.restore(teacher, note)
    school.notes.remove(teacher, note)
    school.notes.sweep(utc_now() + timedelta(hours=1))
    for unknown in (note, 0, -1, 10**12):
        assert code(school.notes.restore, teacher, unknown) == (Failure.NOTE_UNKNOWN, None)


def test_what_is_typed_is_checked(school: School, teacher: Caller) -> None:
    long = "a" * (notes.ANSWER_LIMIT + 1)
    assert code(school.notes.add, teacher, FISIKA, " \x00", "Ada.") == (Failure.TEXT_EMPTY, "question")
    assert code(school.notes.add, teacher, FISIKA, "Apa?", "\n \n") == (Failure.TEXT_EMPTY, "answer")
    assert code(school.notes.add, teacher, FISIKA, "a" * (notes.QUESTION_LIMIT + 1), "Ada.")[1] == "question"
    assert code(school.notes.add, teacher, FISIKA, "Apa?", long) == (Failure.TEXT_TOO_LONG, "answer")
    assert texts(school) == []


def test_a_subject_has_room_for_so_many(school: School, teacher: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "NOTES_LIMIT", 2)
    first = school.notes.add(teacher, FISIKA, "Satu?", "1")
    school.notes.add(teacher, FISIKA, "Dua?", "2")
    assert code(school.notes.add, teacher, FISIKA, "Tiga?", "3") == (Failure.NOTES_FULL, None)
    school.notes.remove(teacher, first)
    school.notes.add(teacher, FISIKA, "Tiga?", "3")
    assert code(school.notes.restore, teacher, first) == (Failure.NOTES_FULL, None)


def test_a_subject_with_notes_is_not_removed(school: School, teacher: Caller) -> None:
    note = school.notes.add(teacher, FISIKA, "Apa itu gaya?", "Tarikan.")
    assert code(school.subjects.remove, OPERATOR, FISIKA) == (Failure.SUBJECT_IN_USE, None)
    school.notes.remove(teacher, note)
    school.subjects.remove(OPERATOR, FISIKA)
