"""Teachers' notes: questions with answers that the books lack, kept here; the pack that answers is made from them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.school.access import authorise, subject_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.names import one_line, some_lines
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.generations import notes_pack
from nexus_appliance.storage.schema import ROW_IDS, Subject, SubjectNote, User, utc_now

QUESTION_LIMIT = 500
ANSWER_LIMIT = 2000
"""Characters, as in the inbox: what was a reply there fits here."""

NOTES_LIMIT = 300
"""Notes of one subject; more of them are a book."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as its teachers see it; `author` changed it last, `removed_at` is set while it can be brought back."""

    id: int
    question: str
    answer: str
    author: str
    revision: int
    changed_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The notes of a subject, newest first; `pending` while students do not get them as they stand here."""

    notes: tuple[NoteView, ...]
    pending: bool


class Notes:
    """Every call authorises its caller: the subject's teachers, administrators, the operator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, caller: Caller, subject: str) -> Shelf:
        """The notes of a subject, removed ones too; raises `NotAllowed`, `Missing` (subject_unknown)."""
        with self._database.read() as session:
            row = subject_row(session, caller, subject)
            found = session.execute(
                select(SubjectNote, User.full_name)
                .outerjoin(User, User.id == SubjectNote.user_id)
                .where(SubjectNote.subject_id == row.id)
                .order_by(SubjectNote.id.desc())
            ).all()
            pack = notes_pack(session, row.id)
            wanted = version_of(living(session, row.id))
            return Shelf(tuple(_view(note, name) for note, name in found), wanted != (pack.version if pack else ""))

    def add(self, caller: Caller, subject: str, question: str, answer: str) -> int:
        """A new note; its id. Students get it a moment later.

        Raises `NotAllowed`, `Missing` (subject_unknown), `Invalid` (text_empty and text_too_long with the `field`
        question or answer, notes_full).
        """
        question, answer = _checked(question, answer)
        with self._database.write() as session:
            row = subject_row(session, caller, subject)
            _require_room(session, row.id)
            note = SubjectNote(subject_id=row.id, user_id=caller.user_id, question=question, answer=answer)
            session.add(note)
            session.flush()
            announce(session, "notes")
            return note.id

    def edit(self, caller: Caller, note_id: int, revision: int, question: str, answer: str) -> None:
        """Change a note that the caller has seen in this revision.

        Raises as `add` does, and `Missing` (note_unknown), `Invalid` (note_changed: a colleague was faster).
        """
        question, answer = _checked(question, answer)
        with self._database.write() as session:
            note = _changeable(session, caller, note_id)
            if note.revision != revision or note.removed_at is not None:
                raise Invalid(Failure.NOTE_CHANGED)
            note.question, note.answer = question, answer
            _changed(session, note, caller)

    def remove(self, caller: Caller, note_id: int) -> None:
        """Take a note away; until the sweep `restore` undoes it. Raises `NotAllowed`, `Missing` (note_unknown)."""
        with self._database.write() as session:
            note = _changeable(session, caller, note_id)
            if note.removed_at is None:
                note.removed_at = utc_now()
                _changed(session, note, caller)

    def restore(self, caller: Caller, note_id: int) -> None:
        """Bring a removed note back; raises `NotAllowed`, `Missing` (note_unknown: swept), `Invalid` (notes_full)."""
        with self._database.write() as session:
            note = _changeable(session, caller, note_id)
            if note.removed_at is not None:
                _require_room(session, note.subject_id)
                note.removed_at = None
                _changed(session, note, caller)

    def sweep(self, before: datetime) -> None:
        """Forget the notes that were removed before a time; run by the appliance."""
        late = delete(SubjectNote).where(SubjectNote.removed_at < before).returning(SubjectNote.id)
        with self._database.write() as session:
            if session.scalars(late).all():
                announce(session, "notes")


def living(session: Session, subject_id: int) -> list[SubjectNote]:
    """The notes of a subject that students get, in the order in which they were written."""
    return list(session.scalars(_living(subject_id).order_by(SubjectNote.id)))


def version_of(notes: Iterable[SubjectNote]) -> str:
    """What the pack of these notes is called: a hash of their texts, empty without notes."""
    texts = [[note.question, note.answer] for note in notes]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:32] if texts else ""


def _living(subject_id: int) -> Select[SubjectNote]:
    return select(SubjectNote).where(SubjectNote.subject_id == subject_id, SubjectNote.removed_at.is_(None))


def _checked(question: str, answer: str) -> tuple[str, str]:
    question, answer = one_line(question), some_lines(answer)
    for field, text, limit in (("question", question, QUESTION_LIMIT), ("answer", answer, ANSWER_LIMIT)):
        if not text:
            raise Invalid(Failure.TEXT_EMPTY, field=field)
        if len(text) > limit:
            raise Invalid(Failure.TEXT_TOO_LONG, field=field, limit=limit)
    return question, answer


def _require_room(session: Session, subject_id: int) -> None:
    count = session.scalar(select(func.count()).select_from(_living(subject_id).subquery())) or 0
    if count >= NOTES_LIMIT:
        raise Invalid(Failure.NOTES_FULL, limit=NOTES_LIMIT)


def _changeable(session: Session, caller: Caller, note_id: int) -> SubjectNote:
    """A note whose subject the caller may change."""
    authorise(session, caller, Role.TEACHER, Role.ADMIN)
    note = session.get(SubjectNote, note_id) if note_id in ROW_IDS else None
    if note is None:
        raise Missing(Failure.NOTE_UNKNOWN)
    subject_row(session, caller, session.get_one(Subject, note.subject_id).code)
    return note


def _changed(session: Session, note: SubjectNote, caller: Caller) -> None:
    note.revision, note.changed_at, note.user_id = note.revision + 1, utc_now(), caller.user_id
    announce(session, "notes")


def _view(note: SubjectNote, author: str | None) -> NoteView:
    return NoteView(
        id=note.id,
        question=note.question,
        answer=note.answer,
        author=author or "",
        revision=note.revision,
        changed_at=note.changed_at,
        removed_at=note.removed_at,
    )
