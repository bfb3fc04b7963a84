"""Ingest jobs as their callers see them: list, cancel, try again, dismiss."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.operations.progress import Progress
from nexus_appliance.operations.uploads import CLOSED_STATES, OPEN_STATES, refuse_duplicate
from nexus_appliance.school.access import authorise, subject_row, subjects_of
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ROW_IDS, IngestJob, Subject, utc_now

COUNTS = ("pages", "scanned")
"""What stands among the timings of a job and is none."""

RECENT = 20
"""Ended jobs that a list shows."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One book on its way in; `done` of `total` count pages or windows of the stage, `seconds_left` may be unknown.

    `scanned` of the `pages` are read from their pictures, as far as that is known yet.
    `ahead`: how many books, of any subject, are brought in before this one; `attempts` have been begun.
    """

    id: int
    subject: str
    title: str
    filename: str
    state: str
    stage: str
    done: int
    total: int
    pages: int
    scanned: int
    ahead: int
    attempts: int
    seconds_left: float | None
    failure: str | None
    failure_values: dict[str, Any]
    timings: dict[str, float]
    created_at: datetime
    finished_at: datetime | None


class Jobs:
    """The queue of books; teachers see and change the jobs of their subjects."""

    def __init__(self, database: Database, progress: Progress) -> None:
        self._database = database
        self._progress = progress

    def list(self, caller: Caller, subject: str = "") -> list[JobView]:
        """Open jobs and the latest ended ones that the caller may see, newest first."""
        with self._database.read() as session:
            authorise(session, caller, Role.TEACHER, Role.ADMIN, Role.TECHNICIAN)
            query = select(IngestJob, Subject.code).join(Subject, Subject.id == IngestJob.subject_id)
            query = query.order_by(IngestJob.id.desc())
            if caller.role is Role.TEACHER:
                query = query.where(Subject.id.in_(subjects_of(caller.user_id)))
            if subject:
                query = query.where(Subject.code == subject)
            opened = session.execute(query.where(IngestJob.state.in_(OPEN_STATES))).all()
            ended = session.execute(query.where(IngestJob.state.not_in(OPEN_STATES)).limit(RECENT)).all()
            line = _line(session)
            return [self._view(job, code, line) for job, code in (*opened, *ended)]

    def get(self, caller: Caller, job_id: int) -> JobView:
        """One job; raises `Missing` (job_unknown) and `NotAllowed`."""
        with self._database.read() as session:
            job, code = _found(session, caller, job_id)
            return self._view(job, code, _line(session))

    def cancel(self, caller: Caller, job_id: int) -> None:
        """Stop an open job; a running one ends within a second and leaves nothing behind."""
        with self._database.write() as session:
            job, _code = _found(session, caller, job_id)
            if job.state in OPEN_STATES:
                job.state, job.finished_at = "cancelled", utc_now()
                announce(session, "jobs")

    def retry(self, caller: Caller, job_id: int) -> None:
        """Queue a job again that failed or was cancelled.

        Raises `Invalid` (job_unknown: it is not one; book_duplicate: the file has been added again meanwhile).
        """
        with self._database.write() as session:
            job = _closed(session, caller, job_id)
            refuse_duplicate(session, job)
            job.state, job.stage, job.done, job.total, job.attempts = "queued", "", 0, 0, 0
            job.failure, job.failure_values, job.timings = None, {}, {}
            job.started_at = job.finished_at = None
            announce(session, "jobs")

    def dismiss(self, caller: Caller, job_id: int) -> None:
        """Forget a job that failed or was cancelled, for everybody; its PDF goes with the next sweep.

        Raises `Invalid` (job_unknown) when it is not one.
        """
        with self._database.write() as session:
            session.delete(_closed(session, caller, job_id))
            announce(session, "jobs")

    def _view(self, job: IngestJob, code: str, line: Sequence[int]) -> JobView:
        return JobView(
            id=job.id,
            subject=code,
            title=job.title,
            filename=job.filename,
            state=job.state,
            stage=job.stage,
            done=job.done,
            total=job.total,
            pages=int(job.timings.get("pages", 0)),
            scanned=int(job.timings.get("scanned", 0)),
            ahead=line.index(job.id) if job.id in line else 0,
            attempts=job.attempts,
            seconds_left=self._progress.seconds_left(job.id),
            failure=job.failure,
            failure_values=job.failure_values,
            timings={name: value for name, value in job.timings.items() if name not in COUNTS},
            created_at=job.created_at,
            finished_at=job.finished_at,
        )


def _found(session: Session, caller: Caller, job_id: int) -> tuple[IngestJob, str]:
    authorise(session, caller, Role.TEACHER, Role.ADMIN)
    job = session.get(IngestJob, job_id) if job_id in ROW_IDS else None
    if job is None:
        raise Missing(Failure.JOB_UNKNOWN, job=job_id)
    code = session.scalars(select(Subject.code).where(Subject.id == job.subject_id)).one()
    subject_row(session, caller, code)
    return job, code


def _closed(session: Session, caller: Caller, job_id: int) -> IngestJob:
    job, _code = _found(session, caller, job_id)
    if job.state not in CLOSED_STATES:
        raise Invalid(Failure.JOB_UNKNOWN, job=job_id)
    return job


def _line(session: Session) -> Sequence[int]:
    """The ids of open jobs in the order in which they are worked on."""
    opened = select(IngestJob.id).where(IngestJob.state.in_(OPEN_STATES))
    return session.scalars(opened.order_by(IngestJob.state.desc(), IngestJob.id)).all()
