"""A PDF on its way in: stored first, then queued as a job."""

import errno
import hashlib
import os
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable
from nexus_appliance.school.access import subject_row
from nexus_appliance.school.callers import Caller
from nexus_appliance.school.names import one_line
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.home import stored_pdf
from nexus_appliance.storage.schema import Book, IngestJob, SharedBook, Subject

SEMESTERS = (1, 2)
TITLE_LIMIT = 200
OPEN_STATES = ("queued", "running")
CLOSED_STATES = ("failed", "cancelled")

ORPHAN_AGE = 3600.0
"""Seconds that a stored PDF may lie without a row: between storing it and queueing its job lie milliseconds."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file with what the teacher typed; `filename` is for display only and never becomes a path."""

    subject: str
    path: Path
    filename: str
    title: str = ""
    semester: int | None = None


class Uploads:
    """Takes PDFs in for the subjects that a caller may change."""

    def __init__(self, config: Config, database: Database) -> None:
        self._config = config
        self._database = database

    def submit(self, caller: Caller, upload: Upload) -> int:
        """Store the PDF and queue its job; the job's id.

        Raises `Invalid` (pdf_empty_file, pdf_not_a_pdf, upload_too_large, book_duplicate, title_invalid,
        semester_invalid), `NotAllowed`, `Missing` (subject_unknown, file_missing), `Unavailable` (disk_full,
        home_not_writable). The caller's file stays where it is; an earlier attempt that failed or was cancelled is
        forgotten.
        """
        title, filename = _title(upload), one_line(_last_part(upload.filename))[:255]
        if upload.semester is not None and upload.semester not in SEMESTERS:
            raise Invalid(Failure.SEMESTER_INVALID, semester=upload.semester)
        with self._database.read() as session:
            code = subject_row(session, caller, upload.subject).code
        sha256 = self._checked(upload.path)
        _store(upload.path, stored_pdf(self._config.home, code, sha256))
        job = IngestJob(
            user_id=caller.user_id,
            title=title,
            filename=filename,
            semester=upload.semester,
            source_sha256=sha256,
            state="queued",
        )
        with self._database.write() as session:  # the subject, or the right to it, may have gone meanwhile
            job.subject_id = subject_row(session, caller, upload.subject).id
            refuse_duplicate(session, job)
            _forget_attempts(session, job)
            session.add(job)
            announce(session, "jobs")
        return job.id

    def sweep(self, older_than: float = ORPHAN_AGE) -> int:
        """Delete stored PDFs that no book and no job needs any more; `older_than` in seconds. Returns how many."""
        stored = list((self._config.home / "books").glob("*/*.pdf"))
        with self._database.read() as session:
            needed = set(_needed(session))
        latest = time.time() - older_than
        orphans = [path for path in stored if (path.parent.name, path.stem) not in needed and _changed(path) < latest]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def _checked(self, path: Path) -> str:
        """The sha256 of a file that looks like a PDF and is within the limit."""
        try:
            size = path.stat().st_size
            with path.open("rb") as stream:
                head = stream.read(1024)
                stream.seek(0)
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise Missing(Failure.FILE_MISSING, file=path.name) from error
        if size == 0:
            raise Invalid(Failure.PDF_EMPTY_FILE)
        if size > self._config.upload_limit * 1_000_000:
            raise Invalid(Failure.UPLOAD_TOO_LARGE, limit=self._config.upload_limit)
        if b"%PDF-" not in head:
            raise Invalid(Failure.PDF_NOT_A_PDF)
        return digest


def refuse_duplicate(session: Session, job: IngestJob) -> None:
    """Raise `Invalid` (book_duplicate): the same file twice in one subject would only double its passages."""
    jobs = select(IngestJob.title).where(
        IngestJob.subject_id == job.subject_id,
        IngestJob.source_sha256 == job.source_sha256,
        IngestJob.state.in_(OPEN_STATES),
    )
    books = select(Book.title).where(
        Book.subject_id == job.subject_id, Book.source_sha256 == job.source_sha256, Book.removed_at.is_(None)
    )
    title = session.scalar(jobs) or session.scalar(books)
    if title is not None:
        raise Invalid(Failure.BOOK_DUPLICATE, title=title)


def _store(source: Path, target: Path) -> None:
    """Copy with fsync and rename, so that a stored PDF is always whole; two copies at once do not meet."""
    draft = target.with_suffix(f".{uuid.uuid4().hex}.draft")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with source.open("rb") as reader, draft.open("xb") as writer:
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            os.fsync(writer.fileno())
        draft.replace(target)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        code = Failure.DISK_FULL if full else Failure.HOME_NOT_WRITABLE
        raise Unavailable(code, home=str(target.parent), reason=str(error.strerror)) from error
    finally:
        _drop(draft)


def _drop(draft: Path) -> None:
    """Best effort: a draft that stays is no PDF and is never read."""
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        return


def _forget_attempts(session: Session, job: IngestJob) -> None:
    """Ended jobs of the same file only repeat what the new one will tell."""
    same = IngestJob.subject_id == job.subject_id, IngestJob.source_sha256 == job.source_sha256
    session.execute(delete(IngestJob).where(*same, IngestJob.state.in_(CLOSED_STATES)))


def _needed(session: Session) -> list[tuple[str, str]]:
    """(subject code, sha256) of every PDF that is read again: by a job, its next try, a later format, or to be sent."""
    books = select(Subject.code, Book.source_sha256).join(Book, Book.subject_id == Subject.id)
    jobs = select(Subject.code, IngestJob.source_sha256).join(IngestJob, IngestJob.subject_id == Subject.id)
    waiting = jobs.where(IngestJob.state.in_(OPEN_STATES + CLOSED_STATES))
    shared = select(Subject.code, SharedBook.source_sha256).join(SharedBook, SharedBook.subject_id == Subject.id)
    sending = shared.where(SharedBook.state.in_(("queued", "sending", "failed")))
    return [(code, sha256) for query in (books, waiting, sending) for code, sha256 in session.execute(query)]


def _changed(path: Path) -> float:
    """When the file was written, in seconds; now, if it has just gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


def _last_part(filename: str) -> str:
    """A file's name without the folders that Windows or a script may send with it."""
    return filename.replace("\\", "/").rsplit("/", 1)[-1]


def _title(upload: Upload) -> str:
    title = one_line(upload.title) or one_line(Path(_last_part(upload.filename)).stem.replace("_", " "))
    if not title or len(title) > TITLE_LIMIT:
        raise Invalid(Failure.TITLE_INVALID, limit=TITLE_LIMIT)
    return title
