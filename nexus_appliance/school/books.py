"""The books of a subject: listed, removed, and brought back until they are swept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.school.access import authorise, subject_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import ROW_IDS, Book, Pack, Subject


@dataclass(frozen=True, slots=True)
class BookView:
    """A book as its teachers see it; `removed_at` is set while it can still be brought back.

    `prepared` (0 to 1) below 1: words alone find it, because vectors are still being made; so much of them is done.
    `scanned` pages were read from their pictures, of them `poor` (numbers of PDF pages) badly; `unread` not at all.
    """

    id: int
    subject: str
    title: str
    filename: str
    semester: int | None
    pages: int
    chunks: int
    version: str
    sha256: str
    scanned: int
    poor: tuple[int, ...]
    unread: tuple[int, ...]
    prepared: float
    created_at: datetime
    removed_at: datetime | None


class Books:
    """Every call authorises its caller: the subject's teachers, administrators, the operator."""

    def __init__(self, database: Database, prepared: Callable[[Pack], float]) -> None:
        """`prepared` tells of a pack what `BookView.prepared` says."""
        self._database = database
        self._prepared = prepared

    def list(self, caller: Caller, subject: str) -> list[BookView]:
        """The books of a subject in order of arrival, removed ones too; raises `NotAllowed`, `Missing`."""
        with self._database.read() as session:
            row = subject_row(session, caller, subject)
            query = select(Book, Pack).join(Pack, Pack.id == Book.pack_id)
            books = session.execute(query.where(Book.subject_id == row.id).order_by(Book.id))
            return [_view(book, row.code, self._prepared(pack)) for book, pack in books]

    def remove(self, caller: Caller, book_id: int) -> None:
        """Stop a book from answering; removing it twice is no error. Raises `NotAllowed`, `Missing` (book_unknown)."""
        with self._database.write() as session:
            book = _changeable(session, caller, book_id)
            if book is None:
                raise Missing(Failure.BOOK_UNKNOWN, book=book_id)
            if book.removed_at is None:
                generations.retire(session, book.pack_id, user_id=caller.user_id)

    def restore(self, caller: Caller, book_id: int) -> None:
        """Let a removed book answer again; doing it twice is no error.

        Raises `NotAllowed`, `Invalid` (book_swept: too late; book_duplicate: it has been added again).
        """
        with self._database.write() as session:
            book = _changeable(session, caller, book_id)
            if book is None:
                raise Invalid(Failure.BOOK_SWEPT, book=book_id)
            if book.removed_at is not None:
                generations.restore(session, book.pack_id, user_id=caller.user_id)


def _changeable(session: Session, caller: Caller, book_id: int) -> Book | None:
    """The book, if it still exists and the caller may change it."""
    authorise(session, caller, Role.TEACHER, Role.ADMIN)
    query = select(Book, Subject.code).join(Subject, Subject.id == Book.subject_id).where(Book.id == book_id)
    row = session.execute(query).first() if book_id in ROW_IDS else None
    if row is None:
        return None
    subject_row(session, caller, row[1])
    return row[0]


def _view(book: Book, subject: str, prepared: float) -> BookView:
    return BookView(
        id=book.id,
        subject=subject,
        title=book.title,
        filename=book.filename,
        semester=book.semester,
        pages=book.page_count,
        chunks=book.chunk_count,
        version=book.vkp_version,
        sha256=book.source_sha256,
        scanned=book.scanned_pages,
        poor=tuple(book.poor_pages),
        unread=tuple(book.unread_pages),
        prepared=prepared,
        created_at=book.created_at,
        removed_at=book.removed_at,
    )
