"""The books of a subject: seen, removed, brought back."""

import asyncio
from functools import partial

import pytest

from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage import generations
from nexus_appliance.storage.schema import utc_now
from tests.ui.site import new_visitor
from tests.ui.teacher.staffroom import Page, StaffRoom


@pytest.fixture(autouse=True)
async def subject(room: StaffRoom) -> None:
    """Fisika 12."""
    await asyncio.to_thread(room.add_subject, "Fisika", 12)


async def test_an_empty_shelf_says_what_it_means(page: Page) -> None:
    await page.open()
    await page.sees("Belum ada buku untuk Fisika 12", "siswa tidak mendapat jawaban", "Tambah Buku Baru")
    await page.misses("Sedang diolah")


async def test_a_book_is_shown_with_its_facts_and_arrives_live(room: StaffRoom, page: Page) -> None:
    await page.open()
    await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Dasar")
    await page.sees("Buku Fisika 12", "Fisika Dasar", "Semester 1 · 12 halaman", "fisika.pdf", "1 buku")


async def test_a_scanned_book_names_the_pages_that_were_read_poorly(room: StaffRoom, page: Page) -> None:
    scanned = partial(room.add_book, "fisika_12", "Fisika Pindaian", scanned_pages=12, poor_pages=(4, 7, 9))
    await asyncio.to_thread(scanned)
    await page.open()
    await page.sees("12 halaman dari pindaian; 3 terbaca kurang baik: halaman PDF 4, 7, 9", "300 dpi", "lurus")
    await page.misses("Tesseract")


async def test_a_book_that_was_read_well_asks_for_nothing(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(partial(room.add_book, "fisika_12", "Fisika Pindaian", scanned_pages=12))
    await page.open()
    await page.sees("12 halaman dari pindaian; semuanya terbaca baik.")
    await page.misses("300 dpi")


async def test_a_book_with_the_vectors_of_another_encoder_says_how_far_it_is(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(partial(room.add_book, "fisika_12", "Fisika Dasar", encoder="other"))
    await page.open()
    await page.sees("Sedang disiapkan untuk server ini: 0 %", "dengan kata-kata saja")


async def test_pages_that_were_left_out_are_named_with_what_to_do(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(partial(room.add_book, "fisika_12", "Fisika", unread_pages=(2, 3, *range(5, 41))))
    await page.open()
    await page.sees("38 halaman pindaian tidak ikut", "halaman PDF 2, 3, 5-40", "memasang Tesseract")
    await page.misses("dari pindaian;")


async def test_removing_asks_first_and_is_undone(room: StaffRoom, page: Page) -> None:
    book = await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Dasar")
    await page.open()
    await page.press("remove-book")
    await page.sees("Hapus “Fisika Dasar”?", "dalam 24 jam")
    assert room.appliance.books.list(OPERATOR, "fisika_12")[0].removed_at is None
    await page.say("Hapus")
    await page.sees("Dihapus. Dapat dikembalikan sampai", "Kembalikan")
    (view,) = await asyncio.to_thread(room.appliance.books.list, OPERATOR, "fisika_12")
    assert (view.id, view.removed_at is None) == (book, False)
    await page.press("restore-book")
    await page.misses("Dapat dikembalikan sampai")
    assert room.appliance.books.list(OPERATOR, "fisika_12")[0].removed_at is None


async def test_cancelling_the_question_removes_nothing(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Dasar")
    await page.open()
    await page.press("remove-book")
    await page.sees("Hapus “Fisika Dasar”?")
    await page.say("Batal")
    await page.misses("Hapus “Fisika Dasar”?")
    assert room.appliance.books.list(OPERATOR, "fisika_12")[0].removed_at is None


async def test_the_question_stays_while_the_list_changes(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Dasar")
    await page.open()
    await page.press("remove-book")
    await page.sees("Hapus “Fisika Dasar”?")
    await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Lanjut")
    await page.sees("Fisika Lanjut", "Hapus “Fisika Dasar”?")
    await page.say("Hapus")
    await page.sees("Dapat dikembalikan sampai")


async def test_a_swept_book_cannot_come_back(room: StaffRoom, page: Page) -> None:
    book = await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Dasar")
    await asyncio.to_thread(room.appliance.books.remove, OPERATOR, book)
    await page.open()
    await page.sees("Kembalikan")
    with room.appliance.database.write() as session:
        generations.forget(session, utc_now())
        session.info.pop("topics")  # the page has not heard of it yet
    await page.press("restore-book")
    await page.sees("terlalu lama")


async def test_a_teacher_and_a_colleague_see_the_same(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Dasar")
    colleague = Page(room, new_visitor())
    await page.open()
    await colleague.open(username="bu.ani")
    await page.press("remove-book")
    await page.say("Hapus")
    await colleague.sees("Dapat dikembalikan sampai")
