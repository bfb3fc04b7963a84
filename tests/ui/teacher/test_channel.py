"""What a channel brought into a subject, taken back and taken up by its teacher."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import FolderSource
from tests.distribution.channels import Publisher
from tests.fakes import HashEncoder
from tests.ui.teacher.staffroom import Page, StaffRoom

ENCODER = HashEncoder("multilingual-e5-small-q4")


class Deliveries:
    """A publisher whose packs come into the appliance of the page."""

    def __init__(self, room: StaffRoom, folder: Path) -> None:
        self.room = room
        self.publisher = Publisher(folder, ("biologi_7",))

    def bring(self, version: str, *texts: str) -> None:
        self.publisher.publish(list(texts), version, encoder=ENCODER)
        looking = self.room.appliance.following._looking
        source, now = FolderSource(self.publisher.folder), self.publisher.now + timedelta(hours=1)
        looking.look(source, self.publisher.root, now, Bounds(lambda _size: None, lambda: None), eager=True)


@pytest.fixture
async def deliveries(room: StaffRoom, tmp_path: Path) -> Deliveries:
    await asyncio.to_thread(room.add_subject, "Biologi", 7)
    return Deliveries(room, tmp_path / "publisher")


async def test_nothing_is_said_of_a_channel_that_brings_nothing(
    room: StaffRoom, page: Page, deliveries: Deliveries
) -> None:
    await page.open()
    await page.sees("Belum ada buku untuk Biologi 7")
    await page.misses("Dari kanal materi")


async def test_a_pack_arrives_live_with_a_notice(page: Page, deliveries: Deliveries) -> None:
    await page.open()
    await asyncio.to_thread(deliveries.bring, "1.0.0", "Kucing mengeong.")
    await page.sees("Dari kanal materi", "Versi 1.0.0 menjawab, yang terbaru.", "Hewan")
    await asyncio.to_thread(deliveries.bring, "1.2.0", "Kucing mengeong.", "Sapi melenguh.", "Kuda meringkik.")
    await page.sees("Versi 1.2.0 menjawab, yang terbaru.", "Kembali ke 1.0.0")
    page.visitor.find("notifications").click()
    await page.sees("Biologi 7 diperbarui ke 1.2.0: 2 bagian baru, 0 dihapus.")


async def test_a_version_is_taken_back_and_taken_up(page: Page, deliveries: Deliveries) -> None:
    await asyncio.to_thread(deliveries.bring, "1.0.0", "Kucing mengeong.")
    await asyncio.to_thread(deliveries.bring, "1.1.0", "Kucing mengeong.", "Sapi melenguh.")
    await page.open()
    await page.press("roll-back")
    await page.sees("Kembali ke versi 1.0.0 dari “Hewan”?", "1.1.0 tidak dipasang sampai Anda memintanya lagi.")
    await page.say("Kembalikan")
    await page.sees("Versi 1.0.0 menjawab lagi.", "Versi 1.0.0 menjawab. 1.1.0 dibatalkan.")
    await page.press("take-up")
    await page.sees("Versi 1.1.0 datang pada pemeriksaan berikutnya.")


async def test_a_removed_book_of_the_channel_can_be_brought_in_again(page: Page, deliveries: Deliveries) -> None:
    await asyncio.to_thread(deliveries.bring, "1.0.0", "Kucing mengeong.")
    await page.open()
    await page.press("remove-book")
    await page.say("Hapus")
    await page.sees("Dihapus di sini; kanal menyediakan versi 1.0.0.", "Pasang 1.0.0")


async def test_other_schools_get_the_channel_only_where_that_is_wanted(page: Page, deliveries: Deliveries) -> None:
    await asyncio.to_thread(deliveries.bring, "1.0.0", "Kucing mengeong.")
    await page.open()
    ask = page.visitor.http_client.get
    pack = "/kanal/packs/biologi_7/hewan/1.0.0.vkp"
    assert (await ask(pack)).status_code == (await ask("/kanal/metadata/timestamp.json")).status_code == 404
    page.room.appliance.neighbour._serves = True
    assert (await ask("/kanal/metadata/timestamp.json")).status_code == 200
    part = await ask(pack, headers={"Range": "bytes=0-5"})
    assert (part.status_code, part.content) == (206, b"\x8fVKP\r\n")
    assert part.headers["content-range"].startswith("bytes 0-5/")
    for other in ("/kanal/", "/kanal/../nexus.sqlite", "/kanal/metadata/..%2f..%2fnexus.json"):
        assert (await ask(other)).status_code == 404
