"""What students found no help, and what was refused, on the teacher's page."""

import asyncio

import pytest
from nicegui import ui

from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.tutoring.answers import Answer, Citation
from nexus_appliance.tutoring.ratings import Rating
from tests.ui.teacher.staffroom import Page, StaffRoom
from ui.teacher.review_list import STEP

PATH = "/guru/pertanyaan?mapel=fisika_12"
CITATION = Citation(1, "Fisika Dasar", "f.pdf", 7, "5", "Gaya › Berat", "Berat adalah gaya tarik bumi.", 0.9, "k.0")


@pytest.fixture
def student(room: StaffRoom) -> Caller:
    """Siti, in a school that teaches Fisika 12."""
    room.add_subject("Fisika", 12)
    account = room.appliance.accounts.find(OPERATOR, "siti")
    return Caller(Role.STUDENT, account.id, account.username, account.full_name)


async def turn(
    room: StaffRoom, student: Caller, question: str, outcome: str = "refused", rating: Rating | None = None
) -> int:
    answer = Answer("" if outcome == "refused" else "Berat adalah massa [1].", outcome, 0.5, (CITATION,))
    subject = room.appliance.subjects.get(OPERATOR, "fisika_12").id
    number = await asyncio.to_thread(room.appliance.history.record, student, subject, question, answer)
    if rating:
        await asyncio.to_thread(room.appliance.ratings.rate, student, number, rating)
    return number


def kind(page: Page, value: object) -> None:
    (field,) = page.elements(ui.select)
    with page.visitor.client:  # type: ignore[union-attr]
        field.set_value(value)


async def test_an_empty_list_says_so_and_fills_by_itself(room: StaffRoom, page: Page, student: Caller) -> None:
    await page.open(PATH)
    await page.sees("Tidak ada yang perlu dilihat.")
    await turn(room, student, "Apa itu kuark?")
    await page.sees("Apa itu kuark?", "Tidak ada di buku")
    await page.misses("Tidak ada yang perlu dilihat.")


async def test_a_poor_answer_is_looked_at_without_its_student(room: StaffRoom, page: Page, student: Caller) -> None:
    rating = Rating(False, "wrong", "Massa bukan berat")
    await turn(room, student, "Apa itu berat?", "answered", rating)
    await page.open(PATH)
    await page.sees("Apa itu berat?", "Salah", "“Massa bukan berat”")
    await page.press("look")
    await page.sees("Seperti yang dilihat siswa", "halaman 5", "Berat adalah gaya tarik bumi.")
    shown = [one.content for one in page.elements(ui.html)]
    assert any('data-picture="/halaman/fisika_12/k.0/7"' in one for one in shown)
    await page.misses("Siti")


async def test_done_and_undone(room: StaffRoom, page: Page, student: Caller) -> None:
    await turn(room, student, "Apa itu kuark?")
    await page.open(PATH)
    await page.press("handle")
    await page.misses("Apa itu kuark?")
    kind(page, "handled")
    await page.sees("Apa itu kuark?")
    await page.press("reopen")
    await page.sees("Belum ada yang ditandai selesai.")
    kind(page, "open")
    await page.sees("Apa itu kuark?")


async def test_the_filter(room: StaffRoom, page: Page, student: Caller) -> None:
    await turn(room, student, "Apa itu kuark?")
    await turn(room, student, "Apa itu berat?", "answered", Rating(False, "unclear"))
    await page.open(PATH)
    await page.sees("Apa itu kuark?", "Apa itu berat?")
    kind(page, "rated")
    await page.misses("Apa itu kuark?")
    kind(page, "refused")
    await page.sees("Apa itu kuark?")
    await page.misses("Apa itu berat?")
    kind(page, {"what": "a browser may send"})
    await page.sees("Apa itu berat?")


async def test_a_long_list_comes_in_steps(room: StaffRoom, page: Page, student: Caller) -> None:
    for number in range(STEP + 1):
        await turn(room, student, f"Pertanyaan {number:02}?")
    await page.open(PATH)
    await page.sees(f"Pertanyaan {STEP:02}?")
    await page.misses("Pertanyaan 00?")
    await page.say("Tampilkan lebih banyak")
    await page.sees("Pertanyaan 00?")
    await page.misses("Tampilkan lebih banyak")


async def test_a_refusal_is_answered_with_a_note(room: StaffRoom, page: Page, student: Caller) -> None:
    await turn(room, student, "Apa itu kuark?")
    await page.open(PATH)
    await page.press("look")
    await page.press("answer-with-note")
    await page.sees("Catatan baru")
    question, answer = page.elements(ui.textarea)
    assert question.value == "Apa itu kuark?"
    answer.set_value("Bagian dari proton dan neutron.")
    await page.press("save-note")
    await page.sees("Bagian dari proton dan neutron.")
