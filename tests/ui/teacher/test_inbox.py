"""Questions of students on the teacher's page: they come, are answered, are taken out."""

import asyncio

import pytest
from nicegui import ui

from nexus_appliance.school.callers import OPERATOR, Caller, Role
from tests.ui.teacher.staffroom import Page, StaffRoom

QUESTION = "Mengapa benda jatuh ke bawah?"
QUESTIONS = "/guru/pertanyaan"


@pytest.fixture
def student(room: StaffRoom) -> Caller:
    """Siti, in a school that teaches Fisika 12."""
    room.add_subject("Fisika", 12)
    account = room.appliance.accounts.find(OPERATOR, "siti")
    return Caller(Role.STUDENT, account.id, account.username, account.full_name)


async def ask(room: StaffRoom, student: Caller) -> None:
    await asyncio.to_thread(room.appliance.inbox.ask, student, "fisika_12", QUESTION)


async def test_a_question_arrives_and_is_answered(room: StaffRoom, page: Page, student: Caller) -> None:
    await page.open(QUESTIONS)
    await page.misses("Pertanyaan siswa")
    await ask(room, student)
    await page.sees("Pertanyaan siswa", QUESTION, "Siti")
    await page.press("reply")
    await page.sees("Jawab Siti", "Jawaban Anda")
    await page.press("send-reply")
    (field,) = page.elements(ui.textarea)
    await page.until(lambda: "kosong" in str(field.props.get("error-message")))
    field.set_value("Karena gravitasi bumi.")
    await page.press("send-reply")
    await page.sees("Siti menerima jawaban Anda")
    await page.misses("Pertanyaan siswa")
    (notice,) = room.appliance.notices.list(student)
    assert notice.values["reply"] == "Karena gravitasi bumi."


async def test_a_question_is_taken_out_after_a_question(room: StaffRoom, page: Page, student: Caller) -> None:
    await ask(room, student)
    await page.open(QUESTIONS)
    await page.press("remove-question")
    await page.sees("Keluarkan pertanyaan ini?")
    await page.say("Keluarkan")
    await page.misses(QUESTION)
    assert room.appliance.inbox.list(OPERATOR, "fisika_12") == []


async def test_a_colleague_was_faster(room: StaffRoom, page: Page, student: Caller) -> None:
    await ask(room, student)
    await page.open(QUESTIONS)
    await page.press("reply")
    await page.sees("Jawab Siti")
    (asked,) = room.appliance.inbox.list(OPERATOR, "fisika_12")
    await asyncio.to_thread(room.appliance.inbox.reply, OPERATOR, asked.id, "Gravitasi.")
    (field,) = page.elements(ui.textarea)
    field.set_value("Karena bumi menarik.")
    await page.press("send-reply")
    await page.sees("sudah tidak terbuka")


async def test_the_page_of_books_leads_to_those_who_wait(room: StaffRoom, page: Page, student: Caller) -> None:
    await page.open()
    await page.misses("pertanyaan siswa menunggu")
    await ask(room, student)
    await page.sees("1 pertanyaan siswa menunggu jawaban.")
    links = [one.props.get("href") for one in page.elements(ui.element) if one.visible]
    assert "/guru/pertanyaan?mapel=fisika_12" in links


async def test_a_reply_becomes_a_note_after_a_second_look(room: StaffRoom, page: Page, student: Caller) -> None:
    await ask(room, student)
    await page.open(QUESTIONS)
    await page.press("reply")
    await page.sees("Tambahkan ke catatan mata pelajaran")
    (field,) = page.elements(ui.textarea)
    (noting,) = page.elements(ui.checkbox)
    field.set_value("Karena gravitasi bumi.")
    noting.set_value(True)
    await page.press("send-reply")
    await page.sees("Catatan baru")
    assert room.appliance.notes.list(OPERATOR, "fisika_12").notes == ()
    question, answer = (one for one in page.elements(ui.textarea) if one is not field)
    assert (question.value, answer.value) == (QUESTION, "Karena gravitasi bumi.")
    answer.set_value("Bumi menarik semua benda.")
    await page.press("save-note")
    await page.sees("Tersimpan. Sebentar lagi siswa mendapatkannya.", "Bumi menarik semua benda.")
    (note,) = room.appliance.notes.list(OPERATOR, "fisika_12").notes
    assert (note.question, note.answer, note.author) == (QUESTION, "Bumi menarik semua benda.", "Pak.Budi")
