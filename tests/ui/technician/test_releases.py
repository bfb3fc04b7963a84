"""Models and program versions at /teknisi: offered, fetched, changed to."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from nexus_appliance.distribution.files import Computer, place_of
from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.inference import brought, catalogue
from nexus_appliance.inference.model import Model
from nexus_appliance.school.callers import Caller
from nexus_appliance.storage.database import announce
from nexus_appliance.storage.schema import ChannelFile
from tests.ui.teacher.staffroom import Page, StaffRoom


@pytest.fixture(autouse=True)
def no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever models this machine has."""
    monkeypatch.setattr(catalogue, "cache_folder", lambda: tmp_path / "cache")


async def open_page(page: Page) -> None:
    await page.open("/teknisi", "yoga")
    await page.sees("Model bahasa")


def offer(room: StaffRoom, kind: str = "models", **values: object) -> None:
    given = {"name": "qwen-2b", "version": "1.0.0", "title": "Qwen 2B", "sha256": "0" * 64, "size": 1_600_000_000}
    with room.appliance.database.write() as session:
        session.add(ChannelFile(kind=kind, **{**given, **values}))
        announce(session, "updates")


def bring(room: StaffRoom, name: str) -> None:
    folder = room.appliance.config.home / "models"
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    (folder / f"{sha256}.gguf").write_bytes(name.encode())
    brought.record(folder, Model(name, f"{sha256}.gguf", len(name), sha256, "MIT", "chatml", 4096))


async def test_nothing_is_shown_while_there_is_nothing_to_choose(room: StaffRoom, page: Page) -> None:
    await open_page(page)
    await page.misses("Model dan versi program")


async def test_an_offer_is_fetched_when_asked_for(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(offer, room)
    await open_page(page)
    await page.sees("Qwen 2B 1.0.0", "Ditawarkan oleh kanal, 1,6 GB.")
    await page.press("fetch-file")
    await page.sees("Datang pada pemeriksaan berikutnya, 1,6 GB.", "Batal ambil")
    await page.press("fetch-file")
    await page.sees("Ditawarkan oleh kanal, 1,6 GB.")


async def test_a_failure_and_a_program_that_is_here_are_told(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(offer, room, failure="download_damaged")
    program = place_of(room.appliance.config.home, "app", "1" * 64)
    program.parent.mkdir()
    program.write_bytes(b"zip")
    await asyncio.to_thread(offer, room, "app", title="OpenClass Nexus", version="9.0.0", sha256="1" * 64)
    await open_page(page)
    await page.sees("Hasil unduhan rusak dan sudah dibuang.")
    await page.sees("OpenClass Nexus 9.0.0", "Jalankan pemasang di komputer ini")


async def test_a_program_is_changed_to_behind_a_question(room: StaffRoom, page: Page, tmp_path: Path) -> None:
    here = Computer.this()
    program = place_of(room.appliance.config.home, "app", "1" * 64)
    program.parent.mkdir()
    program.write_bytes(b"zip")
    about = {"system": here.system, "machine": here.machine}
    room.appliance.switching._programs = tmp_path  # as the packages would have made it
    await asyncio.to_thread(
        offer, room, "app", name="nexus", title="OpenClass Nexus", version="9.0.0", sha256="1" * 64, about=about
    )
    await open_page(page)
    await page.sees("OpenClass Nexus 9.0.0", "Dipasang sendiri saat setengah jam tidak ada pertanyaan")
    await page.press("switch-program")
    await page.sees("Pasang “OpenClass Nexus 9.0.0”?", "Server menyalin datanya")
    await page.say("Pasang")
    request = program.with_name("switch")
    await page.until(request.exists)
    assert request.read_text() == "1" * 64


async def test_models_are_changed_and_deleted_behind_a_question(
    room: StaffRoom, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[str] = []

    def switch(_caller: Caller, model_id: str) -> None:
        changed.append(model_id)
        raise Unavailable(Failure.DISK_FULL, reason="test")

    for name in ("kecil", "sedang"):
        await asyncio.to_thread(bring, room, name)
    monkeypatch.setattr(room.appliance.models, "switch", switch)
    monkeypatch.setattr(room.appliance.models, "_in_use", lambda: "sedang")
    await open_page(page)
    await page.sees("Model dan versi program", "sedang dipakai", "kecil")
    await page.press("use-model")
    await page.sees("Ganti ke “kecil”?", "Anda dapat kembali")
    await page.say("Ganti")
    await page.until(lambda: changed == ["kecil"])
    await page.press("remove-model")
    await page.sees("Hapus “kecil”?")
    await page.say("Hapus")
    await page.misses("Hapus “kecil”?")
    assert [model.id for model in brought.brought(room.appliance.config.home / "models")] == ["sedang"]
