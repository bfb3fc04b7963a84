"""The channel at /teknisi: followed, looked at when asked, and brought on sticks."""

import asyncio
from pathlib import Path

import pytest
from nicegui import ui

from nexus_appliance.distribution import updates
from nexus_appliance.storage.database import announce
from nexus_appliance.storage.schema import ChannelCheck, utc_now
from tests.ui.teacher.staffroom import Page, StaffRoom


async def open_page(page: Page) -> None:
    await page.open("/teknisi", "yoga")
    await page.sees("Materi baru")


def ended(room: StaffRoom, **values: object) -> None:
    with room.appliance.database.write() as session:
        session.add(ChannelCheck(ended_at=utc_now(), **values))
        announce(session, "updates")


async def test_a_server_without_a_channel(room: StaffRoom, page: Page) -> None:
    await open_page(page)
    await page.sees("Server ini tidak mengikuti kanal lewat jaringan.", "Lewat stik")
    await page.misses("Periksa sekarang")


async def test_looks_are_told_as_they_end(room: StaffRoom, page: Page) -> None:
    await open_page(page)
    await asyncio.to_thread(ended, room, installed=2, received=3_400_000)
    await page.sees("2 buku masuk, 3,4 MB.")
    await asyncio.to_thread(ended, room, installed=1, received=36_900)
    await page.sees("1 buku masuk, 37 kB.")
    await asyncio.to_thread(ended, room, failure="channel_unreachable")
    await page.sees("Kanal materi tidak terjangkau.", "Tanpa jaringan")
    await asyncio.to_thread(ended, room, failure="channel_forged")
    await page.sees("Ini bukan dari kanal materi sekolah ini", "Perlu dilihat")


async def test_progress_is_shown_and_can_be_stopped(room: StaffRoom, page: Page) -> None:
    await open_page(page)
    progress = room.appliance.following.progress
    progress.stage, progress.title, progress.done, progress.total = "fetch", "Fisika", 30, 120
    room.appliance.database.tell(frozenset({"updates"}))
    await page.sees("Mengambil “Fisika”: bagian 30 dari 120", "25%")
    await page.press("stop-channel")
    await page.until(room.appliance.following._stop.is_set)
    progress.stage = "stage"
    room.appliance.database.tell(frozenset({"updates"}))
    await page.sees("Menyiapkan “Fisika” untuk pencarian")


async def test_a_stick_is_offered_and_taken(
    room: StaffRoom, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "sticks", lambda: [tmp_path])
    await open_page(page)
    await page.sees(f"Ada stik berisi materi: {tmp_path}")
    await page.press("take-stick")
    await page.until(room.appliance.following._wanted.is_set)
    assert room.appliance.following._wish == tmp_path
    assert any(one.text == "Ambil materi" for one in page.elements(ui.button))
