"""Ask for the change to a newer program, in a calm hour or at once, and tell how it ended: the server's part.

The change itself is root's (`switcher.py`); where nobody would do it, on Windows or from the source, nothing is asked.
"""

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import nexus_appliance
from nexus_appliance.curriculum.channel import PROGRAMS as KIND
from nexus_appliance.curriculum.channel import version_key
from nexus_appliance.distribution.files import Computer, place_of
from nexus_appliance.distribution.installing import RETRY
from nexus_appliance.distribution.shelf import PROGRAMS
from nexus_appliance.distribution.switcher import OUTCOME, REQUEST, Outcome
from nexus_appliance.errors import Failure, Missing
from nexus_appliance.school.access import authorise
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.notices import Notices
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.files import write_private
from nexus_appliance.storage.schema import ChannelFile, ChatEntry, IngestJob, utc_now

CALM = timedelta(minutes=30)
"""Without a question, until a change of a minute disturbs nobody."""
TOLD = "told"
"""HOME/app/told: the moment of the outcome that was told last."""


class Switching:
    """`programs` is the folder of the packages; without it nobody would do what is asked."""

    def __init__(
        self, database: Database, home: Path, programs: Path = PROGRAMS, computer: Computer | None = None
    ) -> None:
        self._database = database
        self._home = home
        self._programs = programs
        self._computer = computer or Computer.this()

    @property
    def is_possible(self) -> bool:
        """Whether this installation changes its program by itself."""
        return self._programs.is_dir()

    def fits(self, row: ChannelFile) -> bool:
        """Whether a file that is offered is a program to change to, and here."""
        return (
            self.is_possible
            and row.kind == KIND
            and self._computer.fits(row.about)
            and version_key(row.version) > version_key(nexus_appliance.__version__)
            and place_of(self._home, KIND, row.sha256).is_file()
        )

    def ask(self, caller: Caller, name: str) -> None:
        """Change now: the server ends within seconds. Raises `NotAllowed`, `Missing` (file_missing)."""
        with self._database.read() as session:
            authorise(session, caller, Role.TECHNICIAN, Role.ADMIN)
            row = session.scalar(select(ChannelFile).where(ChannelFile.kind == KIND, ChannelFile.name == name))
            if row is None or not self.fits(row):
                raise Missing(Failure.FILE_MISSING, file=name)
            self._request(row.sha256)

    def ask_when_calm(self) -> bool:
        """Change if nobody has asked anything for a while and no book is on its way; what failed waits a day."""
        if not self.is_possible:
            return False
        with self._database.read() as session:
            rows = session.scalars(select(ChannelFile).where(ChannelFile.kind == KIND)).all()
            ready = [row for row in rows if self.fits(row) and not _failed_lately(row)]
            if not ready or not _is_calm(session):
                return False
            self._request(max(ready, key=lambda row: version_key(row.version)).sha256)
        return True

    def tell(self) -> None:
        """Tell technicians and administrators how the last change ended, once."""
        outcome = self._outcome()
        told = self._home / KIND / TOLD
        if outcome is None or (told.exists() and told.read_text("utf-8") == outcome.at):
            return
        with self._database.write() as session:
            row = session.scalar(select(ChannelFile).where(ChannelFile.sha256 == outcome.sha256))
            if row is not None and outcome.failure:
                row.failure, row.failure_values, row.failed_at = outcome.failure, {"version": row.version}, utc_now()
            kind = "program_failed" if outcome.failure else "program_changed"
            version = outcome.version or (row.version if row is not None else "")
            Notices.post_to(session, (Role.TECHNICIAN, Role.ADMIN), kind, {"version": version})
            announce(session, "updates")
        told.parent.mkdir(mode=0o700, exist_ok=True)
        write_private(told, outcome.at)

    def _request(self, sha256: str) -> None:
        write_private(self._home / KIND / REQUEST, sha256)

    def _outcome(self) -> Outcome | None:
        try:
            return Outcome(**json.loads((self._programs / OUTCOME).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def _failed_lately(row: ChannelFile) -> bool:
    return row.failed_at is not None and utc_now() - row.failed_at < RETRY


def _is_calm(session: Session) -> bool:
    asked = session.scalar(select(ChatEntry.id).where(ChatEntry.created_at > utc_now() - CALM).limit(1))
    job = session.scalar(select(IngestJob.id).where(IngestJob.state.in_(("queued", "running"))).limit(1))
    return asked is None and job is None
