"""The thread that brings queued books in, one at a time, until each is done or failed.

A job may be cut at any moment: at the next start it is queued again. Nothing of it answers before the one transaction
that activates its pack and marks it done.
"""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, NexusError
from nexus_appliance.knowledge.ingest import BookSource, forget_scans, run_ingest
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import describe
from nexus_appliance.operations.background import Background
from nexus_appliance.operations.progress import Progress
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.generations import BookValues, NoticeValues, activate, book_source, drop_staged
from nexus_appliance.storage.home import stored_pdf
from nexus_appliance.storage.schema import IngestJob, Notice, Subject, utc_now

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
"""A book that has cut the server short so often is not tried again by itself."""

IDLE = 5.0
"""Seconds between two looks at the queue when nothing announces a job."""


CHORES_EVERY = 600.0
"""Seconds: sweeping and pruning are cheap, and nobody waits for them."""


class Ingesting:
    """Owns the one thread that writes books; an announced job makes it look at the queue now."""

    def __init__(
        self,
        config: Config,
        database: Database,
        library: Library,
        progress: Progress,
        chores: Sequence[Callable[[], object]] = (),
        spare: Callable[[], bool] = bool,
    ) -> None:
        """`spare` does a little of what can wait and tells whether there is more of it."""
        self._config = config
        self._database = database
        self._library = library
        self._progress = progress
        self._chores = chores
        self._spare = spare
        self._chores_due = 0.0
        self._torn = False
        self._background = Background("ingesting", self._round, database, "jobs")

    def start(self) -> None:
        """Queue again what the last run left open, then work."""
        self._requeue()
        self._background.start()

    def close(self) -> None:
        """Stop the running job (it is queued again at the next start) and the thread."""
        self._background.close()

    def work_once(self) -> bool:
        """Bring the next queued book in; False when the queue is empty."""
        job = self._claim()
        if job is None:
            return False
        staged = self._config.home / "staging" / f"job-{job.id}.vkp"
        try:
            self._ingest(job, staged)
        except NexusError as failure:
            self._fail(job, failure)
        except Exception as error:
            # the queue must survive a mistake of ours; the log has the traceback, the teacher a sentence
            log.exception("ingest job %d", job.id)
            self._fail(job, Invalid(Failure.INGEST_CRASHED, reason=type(error).__name__))
        finally:
            staged.unlink(missing_ok=True)
        return True

    def _round(self) -> float:
        try:
            if self._torn:
                self._requeue()  # what the database could not be told when it was gone
            self._torn = False
            if self.work_once():
                return 0.0
        except NexusError:
            self._torn = True
            log.exception("the job queue cannot be worked on now")
        self._do_chores()
        return 0.0 if self._do_spare() and not self._torn else IDLE

    def _do_chores(self) -> None:
        """What is done now and then, between two books."""
        if time.monotonic() < self._chores_due:
            return
        self._chores_due = time.monotonic() + CHORES_EVERY
        for chore in self._chores:
            try:
                chore()
            except Exception:  # the thread must survive it: without it no book comes in; the chore runs again later
                log.exception("a chore failed")

    def _do_spare(self) -> bool:
        """Do a little of what can wait; whether to go on with it at once."""
        try:
            return self._spare()
        except Exception:  # the thread must survive it: without it no book comes in
            log.exception("what can wait failed")
            return False

    def _requeue(self) -> None:
        with self._database.write() as session:
            for job in session.scalars(select(IngestJob).where(IngestJob.state == "running")):
                job.state = "queued"
                if job.attempts >= MAX_ATTEMPTS:
                    job.state, job.failure, job.finished_at = "failed", Failure.INGEST_CRASHED, utc_now()
                announce(session, "jobs")

    def _claim(self) -> IngestJob | None:
        with self._database.write() as session:
            query = select(IngestJob).where(IngestJob.state == "queued").order_by(IngestJob.id).limit(1)
            job = session.scalar(query.with_for_update(skip_locked=True))
            if job is not None:
                job.state, job.started_at, job.attempts = "running", utc_now(), job.attempts + 1
                announce(session, "jobs")
            return job

    def _ingest(self, job: IngestJob, staged: Path) -> None:
        self._progress.begin(job.id)
        with self._database.read() as session:
            subject = session.get_one(Subject, job.subject_id)
        source = BookSource(
            path=stored_pdf(self._config.home, subject.code, job.source_sha256),
            title=job.title,
            filename=job.filename,
            subject=subject.code,
            grade=subject.grade,
            semester=job.semester,
        )
        staged.parent.mkdir(exist_ok=True)
        manifest = run_ingest(source, staged, self._config, self._reporter(job), lambda: self._cancelled(job))
        report = self._reporter(job)
        pack_id = self._library.stage(
            staged, subject.id, book_source(job.source_sha256), lambda done, total: report("stage", done, total)
        )
        try:
            report("activate", 1, 1)
            self._activate(job, pack_id, describe(manifest))
        except BaseException:
            self._drop_staged(pack_id)
            raise
        forget_scans(self._config, job.source_sha256)

    def _activate(self, job: IngestJob, pack_id: int, book: BookValues) -> None:
        """One transaction: the pack answers, the book is listed, the job is done, the teacher is told."""
        timings = self._progress.end()
        notice = NoticeValues(job.user_id, "book_ready", {"title": job.title}) if job.user_id else None
        with self._database.write() as session:
            row = _running(session, job)
            activate(session, pack_id, book, user_id=job.user_id, notice=notice)
            row.state, row.timings, row.finished_at = "done", timings, utc_now()
            announce(session, "jobs")
        log.info("ingest job %d done: %s", job.id, timings)

    def _drop_staged(self, pack_id: int) -> None:
        """Best effort: what stays is found at the next start."""
        try:
            with self._database.write() as session:
                drop_staged(session, pack_id)
        except NexusError:
            log.exception("pack %d stays staged until the next start", pack_id)

    def _fail(self, job: IngestJob, failure: NexusError) -> None:
        """Note why; a job that was only interrupted by the end of the server waits for the next start."""
        timings = self._progress.end()
        log.warning("ingest job %d: %s", job.id, failure)
        with self._database.write() as session:
            row = session.get(IngestJob, job.id)
            if row is None:
                return  # cancelled, then dismissed
            row.timings = timings
            announce(session, "jobs")
            if row.state != "running":
                return
            if self._background.stopping:
                row.state, row.attempts = "queued", row.attempts - 1
            else:
                row.state, row.finished_at = "failed", utc_now()
                row.failure, row.failure_values = failure.code, failure.values
                self._tell(session, row)

    @staticmethod
    def _tell(session: Session, row: IngestJob) -> None:
        if row.user_id is not None:
            payload = {**row.failure_values, "title": row.title, "failure": row.failure}
            session.add(Notice(user_id=row.user_id, kind="book_failed", payload=payload))
            announce(session, "notices")

    def _cancelled(self, job: IngestJob) -> bool:
        if self._background.stopping:
            return True
        with self._database.read() as session:
            return session.scalar(select(IngestJob.state).where(IngestJob.id == job.id)) != "running"

    def _reporter(self, job: IngestJob) -> Callable[[str, int, int], None]:
        """Write the progress down now and then; a job that was cancelled ends here."""

        def report(stage: str, done: int, total: int) -> None:
            if not self._progress.note(stage, done, total):
                return
            if self._background.stopping:
                raise Invalid(Failure.INGEST_CANCELLED)
            with self._database.write() as session:
                row = _running(session, job)
                row.stage, row.done, row.total = stage, done, total
                if stage == "extract":
                    row.timings = {"pages": total}
                elif stage == "ocr":
                    row.timings = {**row.timings, "scanned": total}
                announce(session, "jobs")

        return report


def _running(session: Session, job: IngestJob) -> IngestJob:
    """The job's row; raise `Invalid` (ingest_cancelled) when somebody has stopped it or its subject is gone."""
    row = session.get(IngestJob, job.id, with_for_update=True)
    if row is None or row.state != "running":
        raise Invalid(Failure.INGEST_CANCELLED)
    return row
