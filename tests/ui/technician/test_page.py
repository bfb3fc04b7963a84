"""What a technician sees, and that it follows the machine."""

import asyncio
import logging

import pytest
from nicegui import ui

from nexus_appliance.school.callers import OPERATOR
from tests.ui.teacher.staffroom import MODEL, Page, StaffRoom


async def open_page(page: Page, username: str = "yoga") -> None:
    await page.open("/teknisi", username)
    await page.sees("Catatan sistem")


async def test_the_checks_are_sentences_and_can_be_run_again(room: StaffRoom, page: Page) -> None:
    await open_page(page)
    home = room.appliance.config.home
    await page.sees(f"Folder data {home} dapat ditulisi.", "Basis data menjawab (sqlite).", "Memori")
    await page.sees("1 hal harus diperbaiki", "Jalankan penyiapan lagi")
    (home / MODEL).write_bytes(b"GGUF")
    await page.press("check-again")
    await page.sees("Model bahasa kecil.gguf tersedia")
    await page.misses("Jalankan penyiapan lagi")


async def test_the_model_is_followed(room: StaffRoom, page: Page) -> None:
    await open_page(page)
    await page.sees(MODEL, "belum terukur", "Tidak ada saat ini")
    pace = room.appliance.scheduler._dispatcher.pace
    pace.prompt_speed, pace.generation_speed = 104.4, 7.25
    room.appliance.scheduler._dispatcher.supervisor.starts = 3
    await page.sees("104 token per detik", "7,2 token per detik", "2 kali sejak server dinyalakan")


async def test_books_of_all_subjects_are_followed(room: StaffRoom, page: Page) -> None:
    await open_page(page)
    await page.sees("Belum ada buku yang ditambahkan di mesin ini.")
    await asyncio.to_thread(room.add_subject, "Fisika", 12)
    await asyncio.to_thread(room.add_subject, "Kimia", 12)
    fisika = await asyncio.to_thread(room.submit, "fisika_12", "Fisika Dasar")
    kimia = await asyncio.to_thread(room.submit, "kimia_12", "Kimia Dasar")
    await page.sees("Fisika Dasar", "Kimia Dasar", "fisika_12", "Menunggu")
    await asyncio.to_thread(room.work, kimia, state="failed", failure="pdf_no_text")
    await page.sees("Gagal", "Pindai ulang")
    timings = {"pages": 263, "total": 122.0, "extract": 10.0, "encode": 100.0}
    await asyncio.to_thread(room.work, fisika, state="done", timings=timings)
    await page.sees("Selesai", "263 halaman dalam 2 menit · 82% untuk: Memahami isi")


async def test_the_log_is_filtered_read_again_and_holds_no_secret(room: StaffRoom, page: Page) -> None:
    log = logging.getLogger("nexus_appliance.test")
    log.warning("disk: %s", "nearly full")
    log.info("connected to postgresql://nexus:rahasia@db/x")
    log.error("broken", exc_info=ValueError("inside password=hunter2 it"))
    await open_page(page)
    await page.sees("disk: nearly full", "postgresql://nexus:***@db/x", "ValueError: inside password=*** it")
    await page.misses("rahasia", "hunter2")
    (level,) = (one for one in page.elements(ui.select) if one.props["label"] == "Tampilkan")
    with page.visitor.client:  # type: ignore[union-attr]
        level.set_value("error")
    await page.misses("disk: nearly full")
    await page.sees("broken")
    log.error("a later one")
    await page.press("read-log")
    await page.sees("a later one")
    with page.visitor.client:  # type: ignore[union-attr]
        level.set_value("warning")
    await page.sees("disk: nearly full")
    await page.misses("connected to")


@pytest.mark.parametrize("username", ["siti", "pak.budi"])
async def test_others_are_sent_home(room: StaffRoom, page: Page, username: str) -> None:
    page.visitor.sign_in(await asyncio.to_thread(room.token, username))
    response = await page.visitor.http_client.get("/teknisi")
    assert response.status_code == 303


async def test_who_is_demoted_sees_no_more(room: StaffRoom, page: Page) -> None:
    await open_page(page)
    client = page.visitor.client
    await asyncio.to_thread(room.appliance.accounts.disable, OPERATOR, "yoga")
    await page.until(lambda: client is not None and client.is_deleted)
