"""The services of one school on a fresh database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from nexus_appliance.config import Config
from nexus_appliance.school.accounts import Accounts
from nexus_appliance.school.books import Books
from nexus_appliance.school.callers import OPERATOR, Caller
from nexus_appliance.school.delays import LoginDelays
from nexus_appliance.school.inbox import Inbox
from nexus_appliance.school.notes import Notes
from nexus_appliance.school.notices import Notices
from nexus_appliance.school.passwords import Passwords
from nexus_appliance.school.sessions import Sessions
from nexus_appliance.school.setup import SetupCode
from nexus_appliance.school.subjects import Subjects
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import utc_now
from nexus_appliance.tutoring.history import History
from nexus_appliance.tutoring.ratings import Ratings
from nexus_appliance.tutoring.reviews import Reviews


@dataclass
class Clock:
    """Time that moves when a test says so."""

    seconds: float = 0.0
    start: datetime = field(default_factory=utc_now)

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)


class School:
    def __init__(self, config: Config, database: Database) -> None:
        self.config, self.database, self.clock = config, database, Clock()
        self.delays = LoginDelays(self.clock.monotonic)
        self.passwords = Passwords(config)
        self.sessions = Sessions(config, database, self.passwords, delays=self.delays, now=self.clock.now)
        self.setup = SetupCode()
        self.accounts = Accounts(database, self.passwords, self.sessions, self.setup)
        self.subjects = Subjects(config, database)
        self.books = Books(database, lambda _pack: 1.0)
        self.notices = Notices(database)
        self.inbox = Inbox(database)
        self.notes = Notes(database)
        self.history = History(database)
        self.ratings = Ratings(database)
        self.reviews = Reviews(database)

    def sign_in(self, username: str, role: str, password: str = "kata-sandi-7", *codes: str) -> tuple[str, Caller]:
        """Make an account that keeps its password, and sign in."""
        self.accounts.add(OPERATOR, username, username.title(), role, password, codes, must_change=False)
        return self.sessions.login(username, password, "10.0.0.1")


@pytest.fixture
def school(config: Config, database: Database) -> School:
    return School(config, database)
