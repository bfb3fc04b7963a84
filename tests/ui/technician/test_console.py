"""/konsol: for staff, and for whoever sits at the machine."""

import httpx
import pytest

from nexus_appliance.errors import NotAllowed
from nexus_appliance.operations.console import Day
from nexus_appliance.storage.database import announce
from nexus_appliance.storage.schema import ChatEntry, Subject, User
from tests.ui.school import School
from tests.ui.site import new_visitor, running
from tests.ui.teacher.staffroom import Page, StaffRoom


@pytest.fixture
def here(room: StaffRoom) -> Page:
    """A browser on the server's own screen, not signed in."""
    return Page(room, new_visitor("127.0.0.1", "localhost"))


def ask(room: StaffRoom) -> None:
    """A question of somebody, answered."""
    with room.appliance.database.write() as session:
        subject = Subject(grade=10, name="Fisika", code="fisika_10")
        session.add(subject)
        session.flush()
        student = session.query(User).filter_by(username="siti").one()
        row = {"user_id": student.id, "subject_id": subject.id, "question": "Apa?", "response": "Itu."}
        session.add(ChatEntry(**row, outcome="answered", confidence=0.5, citations=[]))
        announce(session, "history")


async def test_whoever_sits_at_the_machine_sees_it_without_signing_in(here: Page) -> None:
    await here.visitor.open("/konsol")
    await here.sees("Server menyala", "Belum ada pertanyaan hari ini", "Tidak ada buku yang sedang ditambahkan")
    await here.sees("Siswa", "Guru", "Administrator", "Teknisi")


async def test_it_counts_what_is_asked_while_it_is_open(room: StaffRoom, here: Page) -> None:
    await here.visitor.open("/konsol")
    await here.sees("Belum ada pertanyaan hari ini")
    ask(room)
    await here.sees("1 pertanyaan diajukan")
    assert room.appliance.console.day(None, loopback=True) == Day(questions=1, jobs=0)


@pytest.mark.parametrize("username", ["", "siti"])
async def test_elsewhere_it_is_not_for_students_and_strangers(room: StaffRoom, page: Page, username: str) -> None:
    if username:
        page.visitor.sign_in(room.token(username))
    answer: httpx.Response = await page.visitor.http_client.get("/konsol")
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(("username", "own"), [("bu.ani", "Sekolah"), ("pak.budi", "Pertanyaan")])
async def test_staff_see_it_from_anywhere_with_their_own_pages(
    room: StaffRoom, page: Page, username: str, own: str
) -> None:
    page.visitor.sign_in(room.token(username))
    await page.visitor.open("/konsol")
    await page.sees("Server menyala", own)


async def test_an_empty_school_begins_with_its_first_steps(empty_school: School) -> None:
    async with running(empty_school):
        answer = await new_visitor("127.0.0.1", "localhost").http_client.get("/konsol")
        assert answer.headers["location"] == "/mulai"


async def test_the_counts_are_not_for_others(room: StaffRoom) -> None:
    console = room.appliance.console
    with pytest.raises(NotAllowed, match="signed_out"):
        console.day(None)
    with pytest.raises(NotAllowed, match="not_allowed"):
        console.day(room.appliance.sessions.resolve(room.token("siti")))
    assert console.day(room.appliance.sessions.resolve(room.token("pak.budi"))) == Day(0, 0)
