"""Two subjects, the services that bring books in, and people who may use them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.operations.jobs import Jobs
from nexus_appliance.operations.progress import Progress
from nexus_appliance.operations.uploads import Upload, Uploads
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Subject
from tests.conftest import add_person

PDF = b"%PDF-1.7\n% a book of one page\n%%EOF\n"


class Clock:
    """A clock that stands still until it is told otherwise; seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def config(config: Config) -> Config:
    """Files of at most 1 MB."""
    return replace(config, upload_limit=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def progress(clock: Clock) -> Progress:
    return Progress(clock)


@pytest.fixture
def uploads(config: Config, database: Database) -> Uploads:
    return Uploads(config, database)


@pytest.fixture
def jobs(database: Database, progress: Progress) -> Jobs:
    return Jobs(database, progress)


@pytest.fixture
def subject(database: Database) -> int:
    """The id of fisika_12."""
    return add_subject(database, "Fisika", 12)


@pytest.fixture
def teacher(database: Database, subject: int) -> Caller:
    """The teacher of fisika_12."""
    return add_person(database, Role.TEACHER, "guru", teaches=[subject])


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Upload]:
    """Makes an upload to fisika_12: `book(b"...", title="Fisika Dasar")`."""

    def make(content: bytes = PDF, filename: str = "fisika_dasar.pdf", **values: object) -> Upload:
        path = tmp_path / "received.part"
        path.write_bytes(content)
        return Upload(**{"subject": "fisika_12", "path": path, "filename": filename, **values})  # type: ignore[arg-type]

    return make


def add_subject(database: Database, name: str, grade: int) -> int:
    """Insert a subject and return its id."""
    with database.write() as session:
        subject = Subject(grade=grade, name=name, code=f"{name.lower()}_{grade}")
        session.add(subject)
        session.flush()
        return subject.id
