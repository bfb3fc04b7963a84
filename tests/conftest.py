"""What every test may ask for: settings that hash cheaply, and a fresh migrated database of each kind."""

import functools
import itertools
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from nexus_appliance.config import Config
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.migrate import newest_revision, upgrade
from nexus_appliance.storage.schema import Table, TeacherSubject, User
from tests import postgresql
from tests.tools import lacking

settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("full", max_examples=5000, deadline=None, derandomize=True)
settings.load_profile("quick")

NewUrl = Callable[[], str]
"""Makes another migrated database and returns its URL."""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings of an empty data folder; argon2 at its cheapest."""
    return Config(home=tmp_path / "home", argon2_memory=8, argon2_time=1, mdns_name="")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A real PostgreSQL, started when the first test needs it."""
    try:
        postgresql.binaries()
    except postgresql.Missing as missing:
        lacking(str(missing))
    with postgresql.running() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: postgresql.Server) -> str:
    """The name of a migrated database that others are copied from."""
    postgresql_server.execute("CREATE DATABASE template_nexus")
    _migrate(postgresql_server.url("template_nexus"))
    return "template_nexus"


@pytest.fixture(scope="session")
def postgresql_shelf(postgresql_server: postgresql.Server, postgresql_template: str) -> postgresql.Shelf:
    """Migrated databases without rows, used again and again: emptying one is ten times faster than making one."""
    return postgresql.Shelf(postgresql_server, postgresql_template, newest_revision(), tuple(Table.metadata.tables))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "nexus.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewUrl]:
    """Makes fresh migrated databases, of each kind in turn."""
    maker = _sqlite_copies if request.param == "sqlite" else _postgresql_copies
    with maker(request, tmp_path) as make:
        yield make


@pytest.fixture
def database(new_url: NewUrl) -> Iterator[Database]:
    """A fresh migrated database; the test runs once on SQLite and once on PostgreSQL."""
    database = Database(new_url())
    yield database
    database.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh migrated SQLite database, for tests of what only SQLite has."""
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'only.sqlite')}")
    yield database
    database.close()


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@contextmanager
def _sqlite_copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewUrl]:
    template = request.getfixturevalue("sqlite_template")
    numbers = itertools.count(1)
    yield lambda: f"sqlite:///{shutil.copy(template, tmp_path / f'database-{next(numbers)}.sqlite')}"


_NUMBERS = itertools.count(1)


@contextmanager
def _postgresql_copies(request: pytest.FixtureRequest, _tmp_path: Path) -> Iterator[NewUrl]:
    shelf: postgresql.Shelf = request.getfixturevalue("postgresql_shelf")
    taken: list[str] = []

    def make() -> str:
        taken.append(shelf.take())
        return shelf.server.url(taken[-1])

    yield make
    for name in taken:
        shelf.give_back(name)


@pytest.fixture
def person(database: Database) -> Callable[..., Caller]:
    """Makes an account by role and returns its caller: `person(Role.TEACHER, "guru", teaches=[subject_id])`."""
    return functools.partial(add_person, database)


def add_person(database: Database, role: Role, username: str = "", teaches: Iterable[int] = ()) -> Caller:
    """Insert an account that has no usable password."""
    name = username or f"{role.value}-{next(_NUMBERS)}"
    user = User(username=name, password_hash="none", role=role.value, full_name=name.title())
    with database.write() as session:
        session.add(user)
        session.flush()
        session.add_all(TeacherSubject(user_id=user.id, subject_id=subject) for subject in teaches)
    return Caller(role, user.id, name, user.full_name)
