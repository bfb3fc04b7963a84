"""The notes of a subject on the teacher's page: written, changed, removed, brought back."""

import asyncio

import pytest
from nicegui import ui

from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.school.notes import NoteView
from tests.ui.teacher.staffroom import Page, StaffRoom

PATH = "/guru/pertanyaan?mapel=fisika_12"


@pytest.fixture
def subject(room: StaffRoom) -> str:
    return room.add_subject("Fisika", 12)


def notes(room: StaffRoom) -> list[NoteView]:
    return list(room.appliance.notes.list(OPERATOR, "fisika_12").notes)


async def test_a_note_is_written_and_prepared(room: StaffRoom, page: Page, subject: str) -> None:
    await page.open(PATH)
    await page.misses("Perubahan terakhir sedang disiapkan")
    await page.press("write-note")
    await page.sees("Catatan baru")
    question, answer = page.elements(ui.textarea)
    question.set_value("Apa itu kuark?")
    await page.press("save-note")
    await page.until(lambda: "kosong" in str(answer.props.get("error-message")))
    answer.set_value("<script>alert(1)</script> Bagian proton.")
    await page.press("save-note")
    await page.sees("<script>alert(1)</script> Bagian proton.", "Perubahan terakhir sedang disiapkan")
    assert await asyncio.to_thread(room.appliance.noting.work_once)
    await page.misses("Perubahan terakhir sedang disiapkan")
    assert [one.content for one in page.elements(ui.html) if "script" in one.content] == []


async def test_a_note_is_changed_unless_a_colleague_was_faster(room: StaffRoom, page: Page, subject: str) -> None:
    note = room.appliance.notes.add(OPERATOR, subject, "Apa itu kuark?", "Bagian proton.")
    await page.open(PATH)
    await page.press("change-note")
    await page.sees("Ubah catatan")
    _question, answer = page.elements(ui.textarea)
    await asyncio.to_thread(room.appliance.notes.edit, OPERATOR, note, 1, "Apa itu kuark?", "Bagian neutron.")
    answer.set_value("Bagian hadron.")
    await page.press("save-note")
    await page.sees("Rekan Anda baru saja mengubah catatan ini.")
    await page.say("Batal")
    await page.press("change-note")
    await page.until(lambda: len(page.elements(ui.textarea)) > 1)
    page.elements(ui.textarea)[-1].set_value("Bagian hadron.")
    await page.press("save-note")
    await page.until(lambda: [one.answer for one in notes(room)] == ["Bagian hadron."])


async def test_a_note_is_removed_after_a_question_and_brought_back(room: StaffRoom, page: Page, subject: str) -> None:
    room.appliance.notes.add(OPERATOR, subject, "Apa itu kuark?", "Bagian proton.")
    await page.open(PATH)
    await page.press("remove-note")
    await page.sees("Hapus catatan ini?")
    await page.say("Hapus")
    await page.sees("Catatan sudah dihapus.", "Dihapus. Dapat dikembalikan")
    assert notes(room)[0].removed_at is not None
    await page.press("restore-note")
    await page.sees("Catatan sudah kembali.", "Bagian proton.")
    assert notes(room)[0].removed_at is None
