"""What teachers see of the books that they send to the publisher, and may do with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.distribution.cloud_service import CloudService
from nexus_appliance.distribution.sending import open_shares
from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable
from nexus_appliance.school.access import authorise, subject_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.generations import CHANNEL, book_source
from nexus_appliance.storage.schema import ROW_IDS, Book, Pack, SharedBook, Subject, utc_now

OPEN = ("queued", "sending")
LICENCE = 200


@dataclass(frozen=True, slots=True)
class ShareView:
    """A book that is sent, or was. `state` as in the schema, or `returned`: the channel has brought it back.

    `done` of `size` bytes have arrived at the publisher.
    """

    id: int
    title: str
    state: str
    done: int
    size: int
    version: str
    failure: str | None
    failure_values: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CloudView:
    """Who this school is for its publisher; empty while it is not enrolled."""

    school: str
    service: str


class Sharing:
    """Every call authorises its caller."""

    def __init__(self, database: Database, cloud: CloudService) -> None:
        self._database = database
        self._cloud = cloud

    def cloud(self, caller: Caller) -> CloudView:
        """Whether the school is enrolled; raises `NotAllowed`."""
        self._authorise(caller, Role.TEACHER, Role.ADMIN, Role.TECHNICIAN)
        identity = self._cloud.identity
        return CloudView(identity.school, identity.service) if identity is not None else CloudView("", "")

    def enrol(self, caller: Caller, invitation: str) -> CloudView:
        """Take up an invitation; waits for the service. Raises `NotAllowed` and as `CloudService.enrol`."""
        self._authorise(caller, Role.ADMIN, Role.TECHNICIAN)
        identity = self._cloud.enrol(invitation)
        return CloudView(identity.school, identity.service)

    def leave(self, caller: Caller) -> None:
        """Forget the enrolment: nothing more is sent, and no channel is followed by it. Raises `NotAllowed`."""
        self._authorise(caller, Role.ADMIN, Role.TECHNICIAN)
        self._cloud.leave()

    def list(self, caller: Caller, subject: str) -> list[ShareView]:
        """The books of a subject that are sent or were, newest first; raises `NotAllowed`, `Missing`."""
        with self._database.read() as session:
            row = subject_row(session, caller, subject)
            query = select(SharedBook).where(SharedBook.subject_id == row.id).order_by(SharedBook.id.desc())
            return [_view(session, share) for share in session.scalars(query)]

    def shareable(self, caller: Caller, subject: str) -> frozenset[int]:
        """The books (by id) that can be sent: made here, and not on their way. Raises `NotAllowed`, `Missing`."""
        with self._database.read() as session:
            row = subject_row(session, caller, subject)
            if self._cloud.identity is None:
                return frozenset()
            query = select(Book, Pack.source).join(Pack, Pack.id == Book.pack_id)
            books = session.execute(query.where(Book.subject_id == row.id, Book.removed_at.is_(None))).all()
            return frozenset(
                book.id
                for book, source in books
                if source == book_source(book.source_sha256) and not _in_progress(session, book)
            )

    def share(self, caller: Caller, book_id: int, licence: str) -> int:
        """Queue a book; `licence` says why it may be passed on. The id of the share.

        Raises `NotAllowed`, `Missing` (book_unknown), `Unavailable` (cloud_unset), `Invalid` (share_unknown: it did not
        begin here, or it is on its way already).
        """
        with self._database.write() as session:
            book = self._book(session, caller, book_id)
            if self._cloud.identity is None:
                raise Unavailable(Failure.CLOUD_UNSET)
            pack = session.get_one(Pack, book.pack_id)
            if pack.source != book_source(book.source_sha256) or _in_progress(session, book):
                raise Invalid(Failure.SHARE_UNKNOWN)
            share = SharedBook(
                subject_id=book.subject_id,
                user_id=caller.user_id,
                source_sha256=book.source_sha256,
                title=book.title,
                semester=book.semester,
                licence=licence.replace("\0", "")[:LICENCE],
            )
            session.add(share)
            session.flush()
            announce(session, "sharing", "sharing_view")
            return share.id

    def cancel(self, caller: Caller, share_id: int) -> None:
        """Send a book no more; nothing happens to one that has arrived. Raises `NotAllowed`, `Missing`."""
        with self._database.write() as session:
            share = _found(session, caller, share_id)
            if share.state in OPEN:
                share.state = "cancelled"
                announce(session, "sharing_view")

    def retry(self, caller: Caller, share_id: int) -> None:
        """Send a book again that failed or was cancelled; raises `NotAllowed`, `Missing`, `Invalid` (share_unknown)."""
        with self._database.write() as session:
            share = _found(session, caller, share_id)
            if share.state not in ("failed", "cancelled"):
                raise Invalid(Failure.SHARE_UNKNOWN)
            share.state, share.failure, share.upload, share.done = "queued", None, "", 0
            share.created_at = utc_now()
            announce(session, "sharing", "sharing_view")

    def dismiss(self, caller: Caller, share_id: int) -> None:
        """Take a share that has ended off the list; raises `NotAllowed`, `Missing`, `Invalid` (share_unknown)."""
        with self._database.write() as session:
            share = _found(session, caller, share_id)
            if share.state in (*OPEN, "sent"):
                raise Invalid(Failure.SHARE_UNKNOWN)
            session.delete(share)
            announce(session, "sharing_view")

    def _authorise(self, caller: Caller, *roles: Role) -> None:
        with self._database.read() as session:
            authorise(session, caller, *roles)

    def _book(self, session: Session, caller: Caller, book_id: int) -> Book:
        authorise(session, caller, Role.TEACHER, Role.ADMIN)
        book = session.get(Book, book_id) if book_id in ROW_IDS else None
        if book is None or book.removed_at is not None:
            raise Missing(Failure.BOOK_UNKNOWN, book=book_id)
        subject_row(session, caller, session.get_one(Subject, book.subject_id).code)
        return book


def _in_progress(session: Session, book: Book) -> bool:
    return bool(open_shares(session, book.subject_id, book.source_sha256))


def _found(session: Session, caller: Caller, share_id: int) -> SharedBook:
    """A share of a subject that the caller may change."""
    authorise(session, caller, Role.TEACHER, Role.ADMIN)
    share = session.get(SharedBook, share_id) if share_id in ROW_IDS else None
    if share is None:
        raise Missing(Failure.SHARE_UNKNOWN)
    subject_row(session, caller, session.get_one(Subject, share.subject_id).code)
    return share


def _view(session: Session, share: SharedBook) -> ShareView:
    return ShareView(
        id=share.id,
        title=share.title,
        state="returned" if share.state == "published" and _is_back(session, share) else share.state,
        done=share.done,
        size=share.size,
        version=share.version,
        failure=share.failure,
        failure_values=share.failure_values,
        created_at=share.created_at,
    )


def _is_back(session: Session, share: SharedBook) -> bool:
    """Whether a pack of the channel with the same PDF answers."""
    query = (
        select(Pack.id)
        .join(Book, Book.pack_id == Pack.id)
        .where(
            Book.subject_id == share.subject_id,
            Book.source_sha256 == share.source_sha256,
            Pack.state == "active",
            Pack.source.startswith(CHANNEL, autoescape=True),
        )
    )
    return session.scalar(query.limit(1)) is not None
