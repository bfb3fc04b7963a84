"""A teacher's note as a student meets it: marked, with its text in the place of a page, never alive."""

from html import escape

from nicegui import ui

from nexus_appliance.school.callers import OPERATOR
from tests.ui.student.classroom import Student

QUESTION = "Apa itu anoa?"
ANSWER = "Anoa adalah <img src=x onerror=alert(1)> kerbau kerdil."


async def test_a_note_is_cited_without_a_page(student: Student) -> None:
    appliance = student.room.appliance
    appliance.notes.add(OPERATOR, "informatika_10", QUESTION, ANSWER)
    assert appliance.noting.work_once()
    student.ask(QUESTION)
    await student.sees("Tanya lagi")
    await student.sees("Catatan guru")
    await student.sees("Dari bukumu dan gurumu")
    _, card = student.html("nx-citations").split('<div class="nx-citation is-note"')
    card, *_ = card.split('<div class="nx-citation"')
    assert "data-picture" not in card
    assert escape(ANSWER) in card
    assert not any("<img" in one.content for one in student.visitor.find(ui.html).elements)
    (entry,) = appliance.history.search(student.room.caller())
    assert [one.note for one in entry.citations].count(True) == 1


async def test_a_subject_with_notes_alone_can_be_asked(student: Student) -> None:
    appliance = student.room.appliance
    (book,) = appliance.books.list(OPERATOR, "informatika_10")
    appliance.books.remove(OPERATOR, book.id)
    await student.sees("Belum ada buku untuk Informatika 10")
    assert not student.box.enabled
    appliance.notes.add(OPERATOR, "informatika_10", QUESTION, ANSWER)
    assert appliance.noting.work_once()
    await student.sees("Jawaban diambil dari catatan gurumu tentang Informatika 10")
    student.ask(QUESTION)
    await student.sees("Dari gurumu")
