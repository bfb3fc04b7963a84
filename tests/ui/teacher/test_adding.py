"""Adding a book: the form, the route, and what it refuses."""

import asyncio

import pytest
from nicegui import ui
from nicegui.testing.user_interaction import UserInteraction

from nexus_appliance.school.callers import OPERATOR
from tests.ui.teacher.staffroom import PDF, Page, StaffRoom
from ui.components.upload_field import UploadField
from ui.teacher.add_book import title_from


async def the_upload(page: Page) -> UploadField:
    """The field for the file, as soon as it is there."""
    await page.until(lambda: bool(page.elements(UploadField)))
    return next(one for one in page.elements(UploadField))


@pytest.fixture(autouse=True)
async def subject(room: StaffRoom, page: Page) -> None:
    """Fisika 12, with the page open."""
    await asyncio.to_thread(room.add_subject, "Fisika", 12)
    await page.open()


async def test_a_sent_book_is_queued_and_shown_at_once(room: StaffRoom, page: Page) -> None:
    response = await page.upload(title="Fisika Dasar", semester="2")
    assert response.status_code == 200
    await page.sees("Sedang diolah", "Fisika Dasar", "Menunggu: giliran berikutnya")
    (job,) = await asyncio.to_thread(room.appliance.jobs.list, OPERATOR, "fisika_12")
    assert response.json() == {"job": job.id}
    assert (job.title, job.filename, job.state) == ("Fisika Dasar", "fisika_dasar.pdf", "queued")
    assert not list((room.appliance.config.home / "staging").iterdir())


async def test_two_uploads_at_the_same_moment_both_arrive(room: StaffRoom, page: Page) -> None:
    answers = await asyncio.gather(*(page.upload(PDF + bytes([n]), title=f"Jilid {n}") for n in range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    await page.sees("Jilid 0", "Jilid 1")


@pytest.mark.parametrize(
    ("content", "fields", "sentence"),
    [
        (b"", {}, "Berkas kosong (0 byte)"),
        (b"PK not a book", {}, "bukan PDF"),
        (PDF, {"subject": "kimia_12"}, "Mata pelajaran ini sudah tidak ada"),
        (PDF, {"title": "x" * 201}, "Judul ini tidak dapat dipakai"),
        (PDF, {"semester": "3"}, "Semester ini tidak ada"),
        (PDF, {"semester": "1.0"}, "Semester ini tidak ada"),
    ],
)
async def test_what_is_refused_is_told_in_words(
    room: StaffRoom, page: Page, content: bytes, fields: dict[str, str], sentence: str
) -> None:
    response = await page.upload(content, **fields)
    assert response.status_code == 400
    assert sentence in response.json()["text"]
    assert await asyncio.to_thread(room.appliance.jobs.list, OPERATOR) == []


async def test_the_same_book_twice_is_refused_by_its_title(page: Page) -> None:
    await page.upload(title="Fisika Dasar")
    assert "sebagai “Fisika Dasar”" in (await page.upload(title="Lain")).json()["text"]


async def test_too_large_a_file_is_refused_before_it_is_read(page: Page) -> None:
    assert (await page.upload(PDF + b"x" * 1_000_000)).status_code == 413


async def test_others_may_not_send_books(room: StaffRoom, page: Page) -> None:
    await asyncio.to_thread(room.add_subject, "Kimia", 12, assigned=False)
    assert (await page.upload(subject="kimia_12")).status_code == 403
    for username in ("siti", "yoga"):
        page.visitor.sign_in(await asyncio.to_thread(room.token, username))
        response = await page.upload()
        assert (response.status_code, response.json()["failure"]) == (403, "not_allowed")
    page.visitor.sign_in(await asyncio.to_thread(room.token, "bu.ani"))
    assert (await page.upload(subject="kimia_12")).status_code == 200


async def test_the_title_is_suggested_by_the_file_until_somebody_types(page: Page) -> None:
    upload = await the_upload(page)
    (title,) = (one for one in page.elements(ui.input) if one.props["label"] == "Judul")

    def choose(name: object) -> None:
        UserInteraction(page.visitor, {upload}, None).trigger("chosen", name)

    choose({"name": "Fisika_Dasar-1.pdf"})
    await page.until(lambda: title.value == "Fisika Dasar 1")
    choose({"name": "Fisika_Dasar-2.pdf"})
    await page.until(lambda: title.value == "Fisika Dasar 2")
    with page.visitor.client:  # type: ignore[union-attr]
        title.set_value("Fisika untuk SMA")
    for hostile in ({"name": "lain.pdf"}, {"name": 7}, None, ["x"]):
        choose(hostile)
    await asyncio.sleep(0.2)
    assert title.value == "Fisika untuk SMA"


async def test_a_form_sends_what_it_shows(page: Page) -> None:
    upload = await the_upload(page)
    sent: list[dict[str, object]] = []
    vars(upload)["send"] = lambda **fields: sent.append(fields)  # the rest is the browser's part
    (title,) = (one for one in page.elements(ui.input) if one.props["label"] == "Judul")
    (semester,) = (one for one in page.elements(ui.select) if one.props["label"] == "Semester")
    with page.visitor.client:  # type: ignore[union-attr]
        title.set_value("Fisika Dasar")
        semester.set_value(2)
    await page.press("upload-book")
    await page.until(lambda: bool(sent))
    assert sent == [{"subject": "fisika_12", "title": "Fisika Dasar", "semester": 2}]
    UserInteraction(page.visitor, {upload}, None).trigger("stored", {"job": 1})
    await page.sees("“Fisika Dasar” sudah diterima")
    assert title.value == ""


@pytest.mark.parametrize(
    ("filename", "title"),
    [("fisika_dasar-1.pdf", "fisika dasar 1"), ("C:\\x\\Kimia.v2.pdf", "Kimia.v2"),
     ("", ""), (".pdf", ".pdf"), ("a", "a")],
)  # fmt: skip
def test_a_title_is_guessed_from_the_name(filename: str, title: str) -> None:
    assert title_from(filename) == title
