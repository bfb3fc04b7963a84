"""A PDF on its way in: stored first, then queued as a job."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable
from nexus_appliance.school.access import subject_row
from nexus_appliance.school.callers import Caller
from nexus_appliance.school.names import one_line
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import Book, IngestJob

SEMESTERS = (1, 2)
TITLE_LIMIT = 200
OPEN_STATES = ("queued", "running")


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
        semester_invalid), `NotAllowed`, `Missing` (subject_unknown, file_missing), `Unavailable` (disk_full).
        The caller's file stays where it is.
        """
        with self._database.read() as session:
            subject = subject_row(session, caller, upload.subject)
        title, filename = _title(upload), one_line(Path(upload.filename.replace("\\", "/")).name)[:255]
        if upload.semester is not None and upload.semester not in SEMESTERS:
            raise Invalid(Failure.SEMESTER_INVALID, semester=upload.semester)
        sha256 = self._checked(upload.path)
        self._store(upload.path, stored_pdf(self._config.home, subject.code, sha256))
        job = IngestJob(
            subject_id=subject.id,
            user_id=caller.user_id,
            title=title,
            filename=filename,
            semester=upload.semester,
            source_sha256=sha256,
            state="queued",
        )
        with self._database.write() as session:
            _refuse_duplicate(session, job)
            session.add(job)
            announce(session, "jobs")
        return job.id

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

    @staticmethod
    def _store(source: Path, target: Path) -> None:
        """Copy with fsync and rename, so that a stored PDF is always whole."""
        draft = target.with_suffix(".draft")
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with source.open("rb") as reader, draft.open("wb") as writer:
                shutil.copyfileobj(reader, writer, 1 << 20)
                writer.flush()
                os.fsync(writer.fileno())
            draft.replace(target)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise Unavailable(Failure.DISK_FULL, reason=str(error.strerror)) from error


def stored_pdf(home: Path, subject: str, sha256: str) -> Path:
    """Where the PDF of a subject lies; both parts are made by us, never by a browser."""
    return home / "books" / subject / f"{sha256}.pdf"


def _refuse_duplicate(session: Session, job: IngestJob) -> None:
    """The same file twice in one subject would only double its passages."""
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


def _title(upload: Upload) -> str:
    title = one_line(upload.title) or one_line(Path(upload.filename).stem.replace("_", " "))
    if not title or len(title) > TITLE_LIMIT:
        raise Invalid(Failure.TITLE_INVALID, limit=TITLE_LIMIT)
    return title
