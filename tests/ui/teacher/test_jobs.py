"""Books on their way, as the page shows them while they come in."""

import asyncio
from functools import partial

import pytest
from nicegui import ui

from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.schema import IngestJob
from tests.ui.site import new_visitor
from tests.ui.teacher.staffroom import Page, StaffRoom


@pytest.fixture(autouse=True)
async def subject(room: StaffRoom) -> None:
    """Fisika 12."""
    await asyncio.to_thread(room.add_subject, "Fisika", 12)


async def test_the_progress_moves_and_survives_a_reload(room: StaffRoom, page: Page) -> None:
    await page.open()
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    await page.sees("Menunggu: giliran berikutnya")
    await asyncio.to_thread(room.work, job, state="running")
    await page.sees("Memulai")
    (bar,) = page.elements(ui.linear_progress)
    await asyncio.to_thread(room.work, job, stage="extract", done=131, total=262, timings={"pages": 262})
    await page.sees("Membaca halaman: 131 dari 262", "5%")
    await asyncio.to_thread(room.work, job, stage="encode", done=300, total=600)
    await page.sees("Memahami isi: bagian 300 dari 600", "55%")
    assert page.elements(ui.linear_progress) == [bar], "the row is updated, not built anew"
    assert bar.value == pytest.approx(0.555)
    again = Page(room, new_visitor())
    await again.open()
    await again.sees("Memahami isi: bagian 300 dari 600", "55%")


async def test_scanned_pages_are_counted_and_take_most_of_the_bar(room: StaffRoom, page: Page) -> None:
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    timings = {"pages": 40, "scanned": 40}
    await asyncio.to_thread(partial(room.work, job, state="running", stage="ocr", done=20, total=40, timings=timings))
    await page.open()
    await page.sees("Membaca halaman pindaian: 20 dari 40", "50%")
    await asyncio.to_thread(partial(room.work, job, stage="encode", done=0, total=100))
    await page.sees("Memahami isi: bagian 0 dari 100", "92%")


async def test_a_scan_without_tesseract_can_be_tried_again(room: StaffRoom, page: Page) -> None:
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    await asyncio.to_thread(partial(room.work, job, state="failed", failure="ocr_missing"))
    await page.open()
    await page.sees("hanya berisi gambar halaman", "memasang Tesseract", "Coba lagi")


async def test_the_time_left_is_told(room: StaffRoom, page: Page) -> None:
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    progress = room.appliance.jobs._progress
    progress.begin(job)
    progress.note("extract", 1, 300)
    await asyncio.to_thread(room.work, job, state="running", stage="extract", done=1, total=300)
    await page.open()
    await page.sees("Membaca halaman: 1 dari 300 · sekitar 3 menit lagi")


async def test_a_line_is_shown_with_the_books_before(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_subject, "Kimia", 12, assigned=False)
    await asyncio.to_thread(room.submit, "kimia_12", "Kimia Dasar")
    await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    await page.open()
    await page.sees("Menunggu giliran: 1 buku lebih dulu")
    await page.misses("Kimia Dasar")


async def test_a_finished_book_becomes_a_row_with_a_notice(room: StaffRoom, page: Page) -> None:
    await page.open()
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    await page.sees("Sedang diolah")
    await asyncio.to_thread(room.work, job, state="running", stage="activate", done=1, total=1)
    await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Dasar")
    await asyncio.to_thread(room.work, job, state="done")
    await page.sees("Buku “Fisika Dasar” sudah siap", "Buku Fisika 12", "12 halaman")
    await page.misses("Sedang diolah")


async def test_cancelling_asks_first_and_can_be_tried_again(room: StaffRoom, page: Page) -> None:
    await page.open()
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    await page.sees("Fisika Dasar")
    await page.press("cancel-job")
    await page.sees("Hentikan penambahan “Fisika Dasar”?")
    assert room.appliance.jobs.get(OPERATOR, job).state == "queued"
    await page.say("Hentikan")
    await page.sees("Dibatalkan. Buku ini belum ditambahkan.")
    assert room.appliance.jobs.get(OPERATOR, job).state == "cancelled"
    await page.press("retry-job")
    await page.sees("Menunggu: giliran berikutnya")
    assert room.appliance.jobs.get(OPERATOR, job).state == "queued"


async def test_a_failure_says_why_and_can_be_dismissed(room: StaffRoom, page: Page) -> None:
    await page.open()
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    await page.sees("Menunggu: giliran berikutnya")
    await asyncio.to_thread(
        room.work, job, state="failed", failure="pdf_too_many_pages", failure_values={"limit": 3000}
    )
    await page.sees("Buku “Fisika Dasar” tidak dapat ditambahkan", "lebih dari 3000 halaman", "fisika dasar.pdf")
    await page.misses("Coba lagi")
    await page.press("dismiss-job")
    await page.misses("lebih dari 3000 halaman", "Sedang diolah")
    assert await asyncio.to_thread(room.appliance.jobs.list, OPERATOR) == []


async def test_what_may_go_well_next_time_can_be_tried_again(room: StaffRoom, page: Page) -> None:
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    await asyncio.to_thread(room.work, job, state="failed", failure="disk_full")
    await page.open()
    await page.sees("Ruang penyimpanan server penuh", "Coba lagi", "Hapus dari daftar")


async def test_a_job_that_has_just_gone_is_told(room: StaffRoom, page: Page) -> None:
    """Two teachers of one subject: the other one was faster."""
    job = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    await asyncio.to_thread(room.work, job, state="failed", failure="ingest_crashed")
    await page.open()
    await page.sees("Coba lagi")
    with room.appliance.database.write() as session:  # unannounced: the page does not know yet
        session.delete(session.get_one(IngestJob, job))
    await page.press("retry-job")
    await page.sees("sudah tidak ada")
