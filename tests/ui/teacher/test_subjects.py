"""Which subjects a teacher finds, and that the page follows them."""

import asyncio

import pytest

from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.school.subjects import SubjectView
from tests.ui.teacher.staffroom import Page, StaffRoom
from ui.teacher.chooser import chosen_subject

VIEWS = [SubjectView(1, "ipa_7", 7, "IPA", 0, False), SubjectView(2, "fisika_12", 12, "Fisika", 0, False)]


@pytest.mark.parametrize(
    ("code", "grade", "chosen"),
    [("", "", "ipa_7"), ("fisika_12", "", "fisika_12"), ("", "12", "fisika_12"),
     ("x", "x", "ipa_7"), ("x", "12", "fisika_12")],
)  # fmt: skip
def test_the_address_names_the_subject(code: str, grade: str, chosen: str) -> None:
    assert chosen_subject(VIEWS, code, grade) == next(one for one in VIEWS if one.code == chosen)
    assert chosen_subject([], code, grade) is None


async def test_without_subjects_the_teacher_learns_whom_to_ask(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_subject, "Fisika", 12, assigned=False)
    await page.open()
    await page.sees("Belum ada mata pelajaran untuk Anda", "Minta admin sekolah")
    await page.misses("Fisika", "Tambah Buku Baru")


async def test_the_administrator_of_an_empty_school_is_shown_the_way(page: Page) -> None:
    await page.open(username="bu.ani")
    await page.sees("Belum ada mata pelajaran", "Tambah Mata Pelajaran")


async def test_a_first_assignment_opens_the_page_by_itself(room: StaffRoom, page: Page) -> None:
    await page.open()
    await page.sees("Belum ada mata pelajaran untuk Anda")
    await asyncio.to_thread(room.add_subject, "Fisika", 12)
    await page.until(lambda: page.visitor.back_history[-1:] == ["/guru"])
    await page.sees("Belum ada buku untuk Fisika 12")


async def test_only_assigned_subjects_are_offered_and_new_ones_appear(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_subject, "Fisika", 12)
    await asyncio.to_thread(room.add_subject, "Kimia", 12, assigned=False)
    await page.open()
    await page.sees("Fisika 12", "Tambah Buku Baru")
    await page.misses("Kimia")
    await asyncio.to_thread(room.add_subject, "Biologi", 11)
    await page.sees("Kelas 11", "Kelas 12")
    await page.misses("Biologi")
    await page.visitor.open("/guru?kelas=11")
    await page.sees("Belum ada buku untuk Biologi 11")


async def test_somebody_elses_subject_is_not_opened_by_its_address(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_subject, "Fisika", 12)
    code = await asyncio.to_thread(room.add_subject, "Kimia", 12, assigned=False)
    await asyncio.to_thread(room.add_book, code, "Kimia Rahasia")
    await page.open(f"/guru?mapel={code}")
    await page.sees("Fisika 12")
    await page.misses("Kimia")


async def test_a_subject_taken_away_ends_its_page(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_subject, "Fisika", 12)
    await asyncio.to_thread(room.add_subject, "Biologi", 11)
    await page.open("/guru?mapel=fisika_12")
    await page.sees("Belum ada buku untuk Fisika 12")
    await asyncio.to_thread(room.appliance.accounts.assign, OPERATOR, "pak.budi", ["biologi_11"])
    await page.sees("Belum ada buku untuk Biologi 11")
    await page.misses("Fisika 12")
