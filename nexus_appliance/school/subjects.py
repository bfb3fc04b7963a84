"""Subjects of the grades: what an administrator adds and everybody else chooses from."""

import errno
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.school.access import READERS, authorise, readable_subject, subject_row, subjects_of
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.grades import checked_grade
from nexus_appliance.school.names import SUBJECT_NAME_LIMIT, free_code, name_key, plain_name, slug
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import Book, IngestJob, Pack, Subject, SubjectNote


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A subject as it is shown; `book_count` counts the books that answer, `answers` is also true of notes alone."""

    id: int
    code: str
    grade: int
    name: str
    book_count: int
    answers: bool


class Subjects:
    """Every call authorises its caller; a teacher sees the assigned subjects only."""

    def __init__(self, config: Config, database: Database) -> None:
        self._books = config.home / "books"
        self._database = database

    def add(self, caller: Caller, grade: int, name: str) -> SubjectView:
        """A new subject with its code and its folder for books.

        Raises `NotAllowed`, `Invalid` (grade_invalid, name_invalid, subject_taken), `Unavailable` (home_not_writable,
        disk_full).
        """
        with self._database.write() as session:
            authorise(session, caller, Role.ADMIN)
            grade, plain = checked_grade(grade), plain_name(name, SUBJECT_NAME_LIMIT)
            _refuse_same_name(session, grade, plain)
            code = free_code(slug(plain, grade), set(session.scalars(select(Subject.code))))
            subject = Subject(grade=grade, name=plain, code=code)
            session.add(subject)
            session.flush()
            _make_folder(self._books / code)
            announce(session, "subjects")
            return _view(subject, 0, answers=False)

    def list(self, caller: Caller) -> list[SubjectView]:
        """The subjects that the caller may see, by grade and name; raises `NotAllowed`."""
        with self._database.read() as session:
            authorise(session, caller, *READERS)
            mine = [Subject.id.in_(subjects_of(caller.user_id))] if caller.role is Role.TEACHER else []
            return _views(session, *mine)

    def get(self, caller: Caller, code: str) -> SubjectView:
        """One subject; raises `NotAllowed`, `Missing` (subject_unknown)."""
        with self._database.read() as session:
            return _views(session, Subject.id == readable_subject(session, caller, code).id)[0]

    def remove(self, caller: Caller, code: str) -> None:
        """Delete a subject, with its chat history and what could still be undone; its folder if that is empty.

        Raises `NotAllowed`, `Missing` (subject_unknown), `Invalid` (subject_in_use: it has books, books on the
        way, or notes).
        """
        with self._database.write() as session:
            authorise(session, caller, Role.ADMIN)
            subject = subject_row(session, caller, code)
            _refuse_in_use(session, subject)
            session.execute(delete(Subject).where(Subject.id == subject.id))
            announce(session, "subjects", "books", "users", "history")
        _drop_empty_folder(self._books / subject.code)


def _views(session: Session, *where: ColumnElement[bool]) -> list[SubjectView]:
    shown = (Book.subject_id == Subject.id) & Book.removed_at.is_(None)
    active = exists().where(Pack.subject_id == Subject.id, Pack.state == "active")
    query = select(Subject, func.count(Book.id), active).outerjoin(Book, shown).where(*where).group_by(Subject.id)
    views = [_view(subject, count, answers=answers) for subject, count, answers in session.execute(query)]
    return sorted(views, key=lambda view: (view.grade, name_key(view.name), view.code))


def _view(subject: Subject, book_count: int, *, answers: bool) -> SubjectView:
    return SubjectView(subject.id, subject.code, subject.grade, subject.name, book_count, answers)


def _refuse_same_name(session: Session, grade: int, name: str) -> None:
    names = session.scalars(select(Subject.name).where(Subject.grade == grade))
    if name_key(name) in map(name_key, names):
        raise Invalid(Failure.SUBJECT_TAKEN, name=name, grade=grade)


def _refuse_in_use(session: Session, subject: Subject) -> None:
    books = select(Book.id).where(Book.subject_id == subject.id, Book.removed_at.is_(None))
    jobs = select(IngestJob.id).where(IngestJob.subject_id == subject.id, IngestJob.state.in_(("queued", "running")))
    notes = select(SubjectNote.id).where(SubjectNote.subject_id == subject.id, SubjectNote.removed_at.is_(None))
    if any(session.scalar(query.limit(1)) for query in (books, jobs, notes)):
        raise Invalid(Failure.SUBJECT_IN_USE, subject=subject.code)


def _make_folder(path: Path) -> None:
    """Before the commit: a folder without a row harms nobody, a row without a folder would."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        code = Failure.DISK_FULL if full else Failure.HOME_NOT_WRITABLE
        raise Unavailable(code, folder=str(path.parent), reason=str(error.strerror)) from error


def _drop_empty_folder(path: Path) -> None:
    try:
        path.rmdir()
    except OSError:
        return  # it still holds the PDF of a removed book
