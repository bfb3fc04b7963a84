"""A real appliance, a teacher's open page, and what the ingest would write meanwhile."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx
from nicegui import ui
from nicegui.testing.user_interaction import UserInteraction

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.operations.uploads import Upload
from nexus_appliance.school.callers import OPERATOR, Role
from nexus_appliance.storage.database import announce
from nexus_appliance.storage.schema import IngestJob
from tests.fakes import HashEncoder
from tests.school.shelf import put_book
from tests.ui.school import School
from tests.ui.site import Visitor

E = TypeVar("E", bound=ui.element)

PASSWORD = "kata sandi panjang"
PEOPLE = {"pak.budi": Role.TEACHER, "bu.ani": Role.ADMIN, "siti": Role.STUDENT, "yoga": Role.TECHNICIAN}
MODEL = "models/kecil.gguf"
"""A model that is not there, whatever this machine has."""

PDF = b"%PDF-1.7\n% a book of one page\n%%EOF\n"


class StaffRoom:
    """The appliance behind the page; nothing works on the job queue, so that a test decides what happens."""

    def __init__(self, home: Path, template: Path) -> None:
        home.mkdir(parents=True)
        shutil.copy(template, home / "nexus.sqlite")
        config = Config(
            home=home, argon2_memory=8, argon2_time=1, upload_limit=1, model_file=MODEL, model_sha256="0" * 64
        )
        self.appliance = Appliance.build(config, embedder=HashEncoder("multilingual-e5-small-q4"))
        for username, role in PEOPLE.items():
            self.appliance.accounts.add(OPERATOR, username, username.title(), role, PASSWORD, must_change=False)

    def as_school(self) -> School:
        """The same services as the foundation's tests know them."""
        return cast(School, self.appliance)

    def token(self, username: str) -> str:
        """A fresh login."""
        return self.appliance.sessions.login(username, PASSWORD, "192.0.2.7")[0]

    def add_subject(self, name: str, grade: int, *, assigned: bool = True) -> str:
        """A subject, taught by pak.budi if `assigned`; its code."""
        code = self.appliance.subjects.add(OPERATOR, grade, name).code
        if assigned:
            taught = self.appliance.accounts.find(OPERATOR, "pak.budi").subjects
            self.appliance.accounts.assign(OPERATOR, "pak.budi", [*taught, code])
        return code

    def add_book(self, subject: str, title: str, **values: Any) -> int:
        """A book that answers, with these values of its row; its id."""
        return put_book(self.appliance.database, self.appliance.subjects.get(OPERATOR, subject).id, title, **values)

    def submit(self, subject: str, title: str, username: str = "") -> int:
        """A PDF that was uploaded; the id of its job."""
        path = self.appliance.config.home / "received.part"
        path.write_bytes(PDF + title.encode())
        job_id = self.appliance.uploads.submit(OPERATOR, Upload(subject, path, f"{title.lower()}.pdf", title))
        if username:
            self.work(job_id, user_id=self.appliance.accounts.find(OPERATOR, username).id)
        return job_id

    def work(self, job_id: int, **values: object) -> None:
        """What the ingest writes while it works."""
        with self.appliance.database.write() as session:
            job = session.get_one(IngestJob, job_id)
            for name, value in values.items():
                setattr(job, name, value)
            announce(session, "jobs")


class Page:
    """One person's open page."""

    def __init__(self, room: StaffRoom, visitor: Visitor) -> None:
        self.room = room
        self.visitor = visitor

    async def open(self, path: str = "/guru", username: str = "pak.budi") -> None:
        """Sign in anew and open the page."""
        self.visitor.sign_in(await asyncio.to_thread(self.room.token, username))
        await self.visitor.open(path)

    async def sees(self, *texts: str) -> None:
        """Wait for texts."""
        for text in texts:
            await self.visitor.should_see(text, retries=200)

    async def misses(self, *texts: str) -> None:
        """Wait until texts are gone."""
        for text in texts:
            await self.visitor.should_not_see(text, retries=200)

    async def press(self, mark: str) -> None:
        """Click the newest thing that is marked so, as soon as there is one."""
        await self.until(lambda: any(mark in one._markers for one in self.elements(ui.element)))
        found = [one for one in self.elements(ui.element) if mark in one._markers]
        UserInteraction(self.visitor, {max(found, key=lambda one: one.id)}, None).click()

    async def say(self, text: str) -> None:
        """Click the newest button that says exactly this, as soon as there is one."""
        await self.until(lambda: bool(self._buttons(text)))
        UserInteraction(self.visitor, {max(self._buttons(text), key=lambda one: one.id)}, None).click()

    def elements(self, kind: type[E]) -> list[E]:
        """All elements of a kind on the page."""
        return [one for one in self.visitor.client.elements.values() if isinstance(one, kind)]  # type: ignore[union-attr]

    def _buttons(self, text: str) -> list[ui.button]:
        return [one for one in self.elements(ui.button) if one.text == text]

    async def upload(self, content: bytes = PDF, **fields: str) -> httpx.Response:
        """Send a file as the form's script does."""
        origin = str(self.visitor.http_client.base_url).rstrip("/")
        query = {"subject": "fisika_12", "title": "", "semester": "0", "filename": "fisika_dasar.pdf", **fields}
        return await self.visitor.http_client.post(
            "/guru/buku", params=query, content=content, headers={"Origin": origin}
        )

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        for _number in range(200):
            if condition():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it did not happen")
