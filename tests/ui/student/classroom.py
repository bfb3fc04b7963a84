"""A real appliance with one small book, a scripted language model and a tiny encoder; and what a student does in it."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from nicegui import ui
from nicegui.testing.user_interaction import UserInteraction

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.inference.scheduler import Limits, Scheduler
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.school.subjects import SubjectView
from tests import fakes_model
from tests.fakes import FloatArray, HashEncoder
from tests.knowledge.books import activate, small_pack
from tests.ui.school import School
from tests.ui.site import Visitor

PASSWORD = "kata sandi panjang"
PAGES = (
    "Algoritma adalah urutan langkah logis untuk menyelesaikan masalah.",
    "Diagram alir menggambarkan algoritma dengan simbol baku, satu simbol untuk setiap langkah.",
    "Jaringan menghubungkan komputer dengan komputer lain lewat kabel atau gelombang radio.",
)
SECTIONS = ("Bab 1 › 1.1 Apa itu algoritma?", "Bab 1 › 1.2 Diagram alir", "Bab 2 › 2.1 Jaringan komputer")
OFF_TOPIC = "Siapa juara liga?"
LIMITS = Limits(load=10, silence=90, retry=0.5, missing=0.1, pause=0.05, longest_pause=0.2, grace=2)


class KnowingEncoder(HashEncoder):
    """Finds every question near to every page, but those about a league; bears the name that the gate knows."""

    def __init__(self) -> None:
        super().__init__("multilingual-e5-small-q4")

    def _vector(self, text: str) -> FloatArray:
        vector = 0.2 * super()._vector(text)
        vector[0 if "liga" not in text else 1] += 1.0
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


class Classroom:
    """The appliance behind the page."""

    def __init__(self, home: Path, template: Path, *, extract_after: float = 600.0, **arguments: object) -> None:
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "nexus.sqlite").exists():
            shutil.copy(template, home / "nexus.sqlite")
        config = Config(home=home, argon2_memory=8, argon2_time=1, answer_tokens=60, extract_after=extract_after)
        scheduler = Scheduler(config, entry=fakes_model.entry, recipe=lambda: arguments, limits=LIMITS)
        self.encoder = KnowingEncoder()
        self.appliance = Appliance.build(config, model=scheduler, embedder=self.encoder)

    def as_school(self) -> School:
        """The same services as the foundation's tests know them."""
        return cast(School, self.appliance)

    def add_student(self, username: str = "siti", role: Role = Role.STUDENT) -> None:
        self.appliance.accounts.add(OPERATOR, username, "Siti Aminah", role, PASSWORD, must_change=False)

    def caller(self, username: str = "siti") -> Caller:
        account = self.appliance.accounts.find(OPERATOR, username)
        return Caller(account.role, account.id, account.username, account.full_name)

    def token(self, username: str = "siti") -> str:
        return self.appliance.sessions.login(username, PASSWORD, "192.0.2.7")[0]

    def add_subject(self, name: str = "Informatika", grade: int = 10) -> SubjectView:
        return self.appliance.subjects.add(OPERATOR, grade, name)

    def add_book(self, subject: SubjectView, title: str = "Buku Informatika", pages: Sequence[str] = PAGES) -> None:
        sections = SECTIONS if pages is PAGES else ()
        path = small_pack(self.appliance.config.home / "small.vkp", self.encoder, pages, title=title, sections=sections)
        pack_id = self.appliance.library.stage(path, subject.id, f"book:{title}")
        activate(self.appliance.database, pack_id, title)


class Student:
    """One student's open page."""

    def __init__(self, room: Classroom, visitor: Visitor) -> None:
        self.room = room
        self.visitor = visitor

    async def open(self, username: str = "siti") -> None:
        self.visitor.sign_in(self.room.token(username))
        await self.visitor.open("/")

    async def sees(self, text: str) -> None:
        await self.visitor.should_see(text, retries=80)

    async def misses(self, text: str) -> None:
        await self.visitor.should_not_see(text, retries=80)

    @property
    def box(self) -> ui.textarea:
        return next(iter(self.visitor.find(ui.textarea).elements))

    def type(self, text: str) -> None:
        with self.visitor.client:  # type: ignore[union-attr]
            self.box.set_value(text)

    def ask(self, text: str) -> None:
        """Type and press Enter."""
        self.type(text)
        self.visitor.find(ui.textarea).trigger("keydown")

    def offered(self, name: str) -> list[ui.element]:
        """What can be clicked and has this name, text or mark."""
        return [one for one in self.visitor.client.elements.values() if _is_called(one, name)]  # type: ignore[union-attr]

    def press(self, name: str) -> None:
        """Click the newest thing that can be clicked and has this name, text or mark."""
        found = self.offered(name)
        assert found, name
        UserInteraction(self.visitor, {max(found, key=lambda one: one.id)}, None).click()

    def list_of(self, mark: str) -> ui.select:
        return cast(ui.select, next(iter(self.visitor.find(marker=mark).elements)))

    def choose(self, mark: str, value: object) -> None:
        """Choose from a list."""
        with self.visitor.client:  # type: ignore[union-attr]
            self.list_of(mark).set_value(value)

    def search(self, text: str) -> None:
        """Type into the search of the history."""
        field = next(one for one in self.visitor.find(ui.input).elements if one.props.get("type") == "search")
        with self.visitor.client:  # type: ignore[union-attr]
            field.set_value(text)

    def html(self, name: str) -> str:
        """The HTML of the first element of this class."""
        shown = self.visitor.find(ui.html).elements
        return str(min((one for one in shown if name in one.classes), key=lambda one: one.id).content)

    def words(self) -> str:
        """Everything that stands on the page in text elements and rendered answers, in order."""
        elements = self.visitor.client.elements.values()  # type: ignore[union-attr]
        return "\n".join(str(one._props.get("innerHTML") or getattr(one, "text", "")) for one in elements)

    async def until(self, condition: Callable[[], bool]) -> None:
        for _number in range(400):
            if condition():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it did not happen")


def _is_called(element: ui.element, name: str) -> bool:
    listens = any(listener.type == "click" for listener in element._event_listeners.values())
    names = (element._props.get("aria-label"), getattr(element, "text", None), *element._markers)
    return listens and element.visible and name in names
