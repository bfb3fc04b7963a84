"""Books that are sent to the publisher, as their teachers see them."""

import asyncio

import pytest
from nicegui import ui

from nexus_appliance.distribution.cloud_service import CloudService, Identity
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.database import announce
from nexus_appliance.storage.schema import SharedBook
from tests.ui.teacher.staffroom import Page, StaffRoom
from ui.teacher.licence import LICENCES


@pytest.fixture(autouse=True)
async def subject(room: StaffRoom) -> None:
    """Fisika 12 with a book."""
    await asyncio.to_thread(room.add_subject, "Fisika", 12)
    await asyncio.to_thread(room.add_book, "fisika_12", "Fisika Dasar")


@pytest.fixture
def enrolled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CloudService, "identity", Identity("smpn1", "http://127.0.0.1:9", "http://127.0.0.1:9"))


def change(room: StaffRoom, **values: object) -> None:
    """What the thread that sends writes."""
    with room.appliance.database.write() as session:
        for share in session.query(SharedBook):
            for name, value in values.items():
                setattr(share, name, value)
        announce(session, "sharing_view")


async def test_without_an_enrolment_nothing_is_offered(page: Page) -> None:
    await page.open()
    await page.sees("Fisika Dasar")
    await page.misses("Dalam perjalanan ke pusat")
    assert not [one for one in page.elements(ui.button) if "share-book" in one._markers]


@pytest.mark.usefixtures("enrolled")
async def test_a_book_is_sent_when_its_teacher_says_why_it_may_be(
    room: StaffRoom, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answers(_title: str) -> str:
        return "own"

    await page.open()
    await page.press("share-book")
    await page.sees("Kirim “Fisika Dasar” ke pusat?", "Mengapa boleh dibagikan", "terbitan komersial")
    await page.say("Batal")
    monkeypatch.setattr("ui.teacher.book_list.ask_licence", answers)
    await page.press("share-book")
    await page.sees("Dalam perjalanan ke pusat", "Menunggu jaringan")
    with room.appliance.database.read() as session:
        (share,) = session.query(SharedBook).all()
        assert (share.title, share.licence, share.state) == ("Fisika Dasar", "own", "queued")
    assert share.licence in LICENCES


@pytest.mark.usefixtures("enrolled")
async def test_each_state_is_told(room: StaffRoom, page: Page) -> None:
    (book,) = room.appliance.books.list(OPERATOR, "fisika_12")
    await asyncio.to_thread(room.appliance.sharing.share, OPERATOR, book.id, "own")
    await page.open()
    await asyncio.to_thread(change, room, state="sending", done=5_242_880, size=12_000_000)
    await page.sees("5,2 MB dari 12 MB terkirim", "43%")
    await asyncio.to_thread(change, room, state="sent")
    await page.sees("Sampai kembali, buku yang dibuat di sini yang menjawab.")
    await asyncio.to_thread(change, room, state="failed", failure="pdf_no_text")
    await page.press("retry-share")
    await page.sees("Menunggu jaringan")
    await page.press("cancel-share")
    await page.sees("Dibatalkan.")
    await asyncio.to_thread(change, room, state="published", version="1.0.0")
    await page.sees("Terbit sebagai versi 1.0.0; datang pada pemeriksaan berikutnya.")
    await page.press("dismiss-share")
    await page.misses("Dalam perjalanan ke pusat")
