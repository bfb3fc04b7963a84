"""Which packs answer. A change of a subject's generation, its books, its history and the notice are one transaction.

Each function works in a session of `Database.write()`. The subject's row is locked first, so that two activations at
the same moment build on each other (SQLite has one writer anyway) and both arrive.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.storage.database import announce
from nexus_appliance.storage.schema import (
    Book,
    Generation,
    GenerationPack,
    Notice,
    Pack,
    Subject,
    UpdateEntry,
    utc_now,
)


@dataclass(frozen=True, slots=True)
class BookValues:
    """What the row of a book needs beyond its pack: `page_count` in PDF pages, `chunk_count` in chunks.

    `scanned_pages` counts those read from their pictures; `poor_pages` of them were read badly, `unread_pages` not.
    """

    title: str
    filename: str
    semester: int | None
    page_count: int
    chunk_count: int
    source_sha256: str
    scanned_pages: int = 0
    poor_pages: tuple[int, ...] = ()
    unread_pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeValues:
    """A notice for one user, posted in the same transaction; `ui.words` has a sentence for each kind."""

    user_id: int
    kind: str
    values: dict[str, str | int | float] = field(default_factory=dict)


def book_source(source_sha256: str) -> str:
    """The source name of a local book: the same PDF in the same subject replaces itself."""
    return f"book:{source_sha256}"


CHANNEL = "channel:"


def channel_source(name: str) -> str:
    """The source name of a channel's pack: each version of it takes the place of the one before."""
    return f"{CHANNEL}{name}"


NOTES_SOURCE = "notes"
"""The source name of the teachers' notes of a subject. It is ours alone: what comes in as a file is a book."""


def notes_pack(session: Session, subject_id: int) -> Pack | None:
    """The pack of the teachers' notes that answers now; None without one."""
    query = select(Pack).where(Pack.subject_id == subject_id, Pack.source == NOTES_SOURCE, Pack.state == "active")
    return session.scalar(query)


def activate(
    session: Session,
    pack_id: int,
    book: BookValues | None,
    *,
    user_id: int | None = None,
    notice: NoticeValues | None = None,
) -> int:
    """Let a staged pack answer and return its book's id (0 without a book).

    The new generation has the old one's packs but those of the same source, and this one. An older pack of the source
    retires and its book row moves to the new pack; a channel's pack takes the place of a local book of the same PDF
    too. Raises `Missing` (pack_unknown), `Invalid` (pack_unknown) when the pack is not staged.
    """
    pack, subject = _locked(session, pack_id)
    if pack.state != "staged":
        raise Invalid(Failure.PACK_UNKNOWN, pack=pack_id, state=pack.state)
    book_id = _take_over(session, pack, subject, book)
    _record(session, pack, "activated", user_id)
    if notice is not None:
        session.add(Notice(user_id=notice.user_id, kind=notice.kind, payload=dict(notice.values)))
        announce(session, "notices")
    return book_id


def earlier(session: Session, pack: Pack) -> Pack | None:
    """The version of the pack's source that answered before it; None when it is the first, or the rest is swept."""
    query = select(Pack).where(Pack.subject_id == pack.subject_id, Pack.source == pack.source, Pack.state == "retired")
    return session.scalar(query.order_by(Pack.retired_at.desc(), Pack.id.desc()).limit(1))


def roll_back(session: Session, pack_id: int, book: BookValues, *, user_id: int | None = None) -> int:
    """Let a retired pack answer again in the place of the later version of its source; the id of its book.

    Raises `Missing` (pack_unknown), `Invalid` (book_swept) when it is too late.
    """
    pack, subject = _locked(session, pack_id)
    if pack.state != "retired":
        raise Invalid(Failure.BOOK_SWEPT, pack=pack_id)
    book_id = _take_over(session, pack, subject, book)
    _record(session, pack, "rolled_back", user_id)
    return book_id


def _take_over(session: Session, pack: Pack, subject: Subject, book: BookValues | None) -> int:
    """Put a pack in the place of those that it replaces."""
    sources = {pack.source}
    if book is not None and pack.source.startswith(CHANNEL):
        sources.add(book_source(book.source_sha256))
    members = _members(session, subject)
    for member in members:
        if member.source in sources:
            _set_retired(member)
    pack.state, pack.retired_at = "active", None
    _switch(session, subject, [member for member in members if member.source not in sources] + [pack])
    return _write_book(session, pack, book, sources) if book is not None else 0


def retire(session: Session, pack_id: int, *, user_id: int | None = None) -> None:
    """Stop a pack from answering and mark its book removed; until the sweep `restore` undoes it.

    Raises `Missing` (pack_unknown, also for a pack that does not answer).
    """
    pack, subject = _locked(session, pack_id)
    if pack.state != "active":
        raise Missing(Failure.PACK_UNKNOWN, pack=pack_id)
    _switch(session, subject, [member for member in _members(session, subject) if member.id != pack.id])
    _set_retired(pack)
    for book in session.scalars(select(Book).where(Book.pack_id == pack.id)):
        book.removed_at = pack.retired_at
    _record(session, pack, "removed", user_id)


def restore(session: Session, pack_id: int, *, user_id: int | None = None) -> None:
    """Let a retired pack answer again and give its book back.

    Raises `Invalid` (book_swept) when it is too late, `Invalid` (book_duplicate) when the source has been added again.
    """
    pack, subject = _locked(session, pack_id)
    if pack.state != "retired":
        raise Invalid(Failure.BOOK_SWEPT, pack=pack_id)
    members = _members(session, subject)
    same = next((member.id for member in members if member.source == pack.source), None)
    if same is not None:
        title = session.scalar(select(Book.title).where(Book.pack_id == same))
        raise Invalid(Failure.BOOK_DUPLICATE, title=title or "")
    pack.state, pack.retired_at = "active", None
    _switch(session, subject, [*members, pack])
    for book in session.scalars(select(Book).where(Book.pack_id == pack.id)):
        book.removed_at = None
    _record(session, pack, "restored", user_id)


def active_packs(session: Session, subject_id: int) -> tuple[int | None, list[Pack]]:
    """The active generation of a subject (None: it never had one) and its packs in order of id.

    Raises `Missing` (subject_unknown).
    """
    subject = session.get(Subject, subject_id)
    if subject is None:
        raise Missing(Failure.SUBJECT_UNKNOWN, subject=subject_id)
    return subject.active_generation, _members(session, subject)


def _locked(session: Session, pack_id: int) -> tuple[Pack, Subject]:
    """A pack and its subject, the subject's row locked before the pack is read."""
    owner = session.scalar(select(Pack.subject_id).where(Pack.id == pack_id))
    subject = session.get(Subject, owner, with_for_update=True, populate_existing=True) if owner is not None else None
    pack = session.get(Pack, pack_id, populate_existing=True)
    if pack is None or subject is None:
        raise Missing(Failure.PACK_UNKNOWN, pack=pack_id)
    return pack, subject


def _members(session: Session, subject: Subject) -> list[Pack]:
    query = (
        select(Pack)
        .join(GenerationPack, GenerationPack.pack_id == Pack.id)
        .where(GenerationPack.generation_id == subject.active_generation)
        .order_by(Pack.id)
    )
    return list(session.scalars(query))


def _switch(session: Session, subject: Subject, packs: Iterable[Pack]) -> None:
    last = session.scalar(select(func.max(Generation.number)).where(Generation.subject_id == subject.id))
    generation = Generation(subject_id=subject.id, number=(last or 0) + 1)
    session.add(generation)
    session.flush()
    session.add_all(GenerationPack(generation_id=generation.id, pack_id=pack.id) for pack in packs)
    session.flush()
    subject.active_generation = generation.id


def _set_retired(pack: Pack) -> None:
    pack.state, pack.retired_at = "retired", utc_now()


def _write_book(session: Session, pack: Pack, values: BookValues, sources: Iterable[str]) -> int:
    """Insert the book, or move the row of these sources to the new pack; other rows of theirs are removals."""
    packs = select(Pack.id).where(Pack.subject_id == pack.subject_id, Pack.source.in_(sources))
    rows = list(session.scalars(select(Book).where(Book.pack_id.in_(packs)).order_by(Book.id)))
    book = next((row for row in rows if row.removed_at is None), Book(subject_id=pack.subject_id))
    removed = [row.id for row in rows if row is not book]
    session.execute(delete(Book).where(Book.id.in_(removed)))
    book.pack_id, book.title, book.filename, book.semester = pack.id, values.title, values.filename, values.semester
    book.vkp_version, book.chunk_count, book.page_count = pack.version, values.chunk_count, values.page_count
    book.source_sha256, book.removed_at = values.source_sha256, None
    book.scanned_pages = values.scanned_pages
    book.poor_pages, book.unread_pages = list(values.poor_pages), list(values.unread_pages)
    session.add(book)
    session.flush()
    return book.id


def _record(session: Session, pack: Pack, kind: str, user_id: int | None) -> None:
    entry = UpdateEntry(
        subject_id=pack.subject_id, user_id=user_id, kind=kind, source=pack.source, version=pack.version
    )
    session.add(entry)
    announce(session, "books", "subjects", "history")


def forget(session: Session, before: datetime) -> int:
    """Give up packs retired before a time: state swept, their books and the generations that held them deleted.

    Returns how many; nothing is undoable for them afterwards. Their files and collections may then be deleted.
    """
    late = select(Pack).where(Pack.state == "retired", Pack.retired_at < before)
    kept = _returnable(session)
    packs = [pack for pack in session.scalars(late.with_for_update()) if pack.id not in kept]
    ids = [pack.id for pack in packs]
    for pack in packs:
        pack.state = "swept"
    session.execute(delete(Book).where(Book.pack_id.in_(ids)))
    active = select(Subject.active_generation).where(Subject.active_generation.is_not(None))
    held = select(GenerationPack.generation_id).where(GenerationPack.pack_id.in_(ids))
    session.execute(delete(Generation).where(Generation.id.in_(held), Generation.id.not_in(active)))
    if packs:
        announce(session, "books")
    return len(packs)


def _returnable(session: Session) -> set[int]:
    """Of each channel pack that answers, the version before it: rolling back is possible until the next one comes."""
    active = select(Pack).where(Pack.state == "active", Pack.source.startswith(CHANNEL, autoescape=True))
    return {before.id for pack in session.scalars(active) if (before := earlier(session, pack)) is not None}


def drop_unfinished(session: Session) -> int:
    """Delete the rows of packs that never came to answer: at start nobody works on them any more."""
    unfinished = list(session.scalars(select(Pack).where(Pack.state.in_(("staging", "staged")))))
    for pack in unfinished:
        session.delete(pack)
    return len(unfinished)


def drop_staged(session: Session, pack_id: int) -> None:
    """Delete the row of a pack that will not be activated; its file and collection go with the next sweep."""
    pack = session.get(Pack, pack_id)
    if pack is not None and pack.state == "staged":
        session.delete(pack)


def kept_packs(session: Session) -> list[Pack]:
    """All packs whose file and collection must exist or are being made: everything but the swept."""
    return list(session.scalars(select(Pack).where(Pack.state != "swept").order_by(Pack.id)))
