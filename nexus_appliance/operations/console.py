"""What the console's first page counts: this day's questions and the books on their way."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from nexus_appliance.errors import Failure, NotAllowed
from nexus_appliance.operations.uploads import OPEN_STATES
from nexus_appliance.school.access import authorise
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import ChatEntry, IngestJob

STAFF = (Role.TEACHER, Role.ADMIN, Role.TECHNICIAN)


@dataclass(frozen=True, slots=True)
class Day:
    """Counts without names or texts: questions since midnight that their students keep, and open jobs."""

    questions: int
    jobs: int


class Console:
    """Reads only; for staff, and for whoever sits at the machine, signed in or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def day(self, caller: Caller | None, *, loopback: bool = False) -> Day:
        """What has happened since midnight by this machine's clock.

        `loopback`: the visitor sits at the machine. Raises `NotAllowed` (signed_out, not_allowed,
        password_change_needed).
        """
        with self._database.read() as session:
            if caller is None and not loopback:
                raise NotAllowed(Failure.SIGNED_OUT)
            if caller is not None and not loopback:
                authorise(session, caller, *STAFF)
            midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
            asked = select(func.count()).select_from(ChatEntry).where(ChatEntry.created_at >= midnight)
            open_jobs = select(func.count()).select_from(IngestJob).where(IngestJob.state.in_(OPEN_STATES))
            return Day(session.scalar(asked) or 0, session.scalar(open_jobs) or 0)
