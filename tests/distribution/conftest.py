"""A school with a library that follows a channel, on every database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.distribution.cloud_service import CloudService
from nexus_appliance.distribution.following import Following
from nexus_appliance.distribution.looking import Looking, LookProgress, Outcome
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import FolderSource, Source
from nexus_appliance.distribution.updates import Updates
from nexus_appliance.errors import Failure, Missing
from nexus_appliance.knowledge.library import Library
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import Home
from tests.distribution.channels import Publisher
from tests.fakes import ExactIndex, HashEncoder
from tests.knowledge.books import add_subject


@dataclass
class School:
    """One subject, biologi_7, and what a channel brings to it."""

    config: Config
    database: Database
    library: Library
    publisher: Publisher
    subject: int = 0
    following: Following = field(init=False)
    updates: Updates = field(init=False)
    looking: Looking = field(init=False)
    cloud: CloudService = field(init=False)

    def __post_init__(self) -> None:
        home, progress = self.config.home, LookProgress()
        self.looking = Looking(self.database, self.library, home, progress)
        self.cloud = CloudService(home, self.database)
        self.following = Following(
            self.config, self.database, self.looking, progress, self.library.require_room, self.cloud
        )
        self.updates = Updates(self.database, self.library, self.following, home)

    def look(
        self, source: Source | None = None, stop: Callable[[], object] = lambda: None, *, eager: bool = True
    ) -> Outcome:
        """Look at the publisher's folder, an hour after the last publication."""
        return self.looking.look(
            source or FolderSource(self.publisher.folder),
            self.publisher.root,
            self.publisher.now + timedelta(hours=1),
            Bounds(self.library.require_room, stop),
            eager=eager,
        )

    def answers(self, question: str) -> list[str]:
        """The texts that are found for a question, best first; nothing while the subject has no book."""
        try:
            return [passage.text for passage in self.library.search(self.subject, question).passages]
        except Missing as failure:
            assert failure.code == Failure.SUBJECT_EMPTY
            return []


@pytest.fixture
def school(tmp_path: Path, database: Database) -> Iterator[School]:
    """On SQLite, then on PostgreSQL."""
    yield from opened(tmp_path, database)


@pytest.fixture
def only_sqlite(tmp_path: Path, sqlite_database: Database) -> Iterator[School]:
    """For tests that the database has no part in."""
    yield from opened(tmp_path, sqlite_database)


def opened(tmp_path: Path, database: Database) -> Iterator[School]:
    """A school that is closed at the end."""
    publisher = Publisher(tmp_path, ("biologi_7", "fisika_12"))
    root = tmp_path / "root.json"
    root.write_bytes(publisher.root)
    home = tmp_path / "home"
    owner = Home(home)
    library = Library(database, home, ExactIndex(), HashEncoder())
    made = School(Config(home=home, channel_root=str(root)), database, library, publisher, add_subject(database))
    yield made
    owner.close()


@pytest.fixture
def people(school: School, person: Callable[..., Caller]) -> dict[str, Caller]:
    """One of each role; two teachers, of whom one teaches the subject."""
    return {
        "student": person(Role.STUDENT),
        "teacher_here": person(Role.TEACHER, teaches=[school.subject]),
        "teacher_elsewhere": person(Role.TEACHER),
        "admin": person(Role.ADMIN),
        "technician": person(Role.TECHNICIAN),
        "operator": OPERATOR,
    }
