"""A small school for the tests of the web page: the real services on a fresh database, one account of each role."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.school.accounts import Accounts
from nexus_appliance.school.books import Books
from nexus_appliance.school.callers import OPERATOR, Role
from nexus_appliance.school.notices import Notices
from nexus_appliance.school.passwords import Passwords
from nexus_appliance.school.sessions import Sessions
from nexus_appliance.school.setup import SetupCode
from nexus_appliance.school.subjects import Subjects
from nexus_appliance.storage.database import Database
from nexus_appliance.tutoring.history import History
from tests.fakes import HashEncoder

PEOPLE = {"siti": Role.STUDENT, "pak.budi": Role.TEACHER, "bu.ani": Role.ADMIN, "teknisi": Role.TECHNICIAN}
PASSWORD = "kata sandi panjang"
ADDRESS = "192.0.2.7"


@dataclass
class School:
    """The services that the web page is given."""

    config: Config
    database: Database
    accounts: Accounts
    sessions: Sessions
    subjects: Subjects
    books: Books
    notices: Notices
    setup_code: SetupCode
    history: History

    def token(self, username: str) -> str:
        """A fresh login."""
        return self.sessions.login(username, PASSWORD, ADDRESS)[0]

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def found_school(home: Path, template: Path, *, people: bool = True, port: int = 8080) -> School:
    """A school in `home` on a copy of a migrated SQLite file; empty unless `people`."""
    home.mkdir(parents=True, exist_ok=True)
    config = Config(home=home, argon2_memory=8, argon2_time=1, upload_limit=1, port=port, host="127.0.0.1")
    shutil.copy(template, home / "nexus.sqlite")
    database = Database(config.database)
    passwords = Passwords(config)
    sessions = Sessions(config, database, passwords)
    setup = SetupCode()
    accounts = Accounts(database, passwords, sessions, setup)
    if people:
        for username, role in PEOPLE.items():
            accounts.add(OPERATOR, username, username.title(), role, PASSWORD, must_change=False)
    subjects = Subjects(config, database)
    books, notices, history = Books(database, lambda _pack: 1.0), Notices(database), History(database)
    return School(config, database, accounts, sessions, subjects, books, notices, setup, history)


def furnished_school(home: Path, template: Path) -> School:
    """As `found_school`, with all services of the appliance behind it: for tests that open every page."""
    config = Config(home=home, argon2_memory=8, argon2_time=1, upload_limit=1, host="127.0.0.1")
    home.mkdir(parents=True)
    shutil.copy(template, home / "nexus.sqlite")
    appliance = Appliance.build(config, embedder=HashEncoder("multilingual-e5-small-q4"))
    for username, role in PEOPLE.items():
        appliance.accounts.add(OPERATOR, username, username.title(), role, PASSWORD, must_change=False)
    appliance.subjects.add(OPERATOR, 10, "Informatika")
    appliance.accounts.assign(OPERATOR, "pak.budi", ["informatika_10"])
    return cast(School, Furnished(appliance))


class Furnished:
    """An appliance with what the tests ask of a school."""

    token = School.token

    def __init__(self, appliance: Appliance) -> None:
        self._appliance = appliance

    def __getattr__(self, name: str) -> object:
        return getattr(self._appliance, name)

    async def close(self) -> None:
        """Give the data folder back."""
        await self._appliance.close()
