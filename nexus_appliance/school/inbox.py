"""Questions that the books did not answer, put to the teachers of a subject, and their replies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.school.access import authorise, own_row, readable_subject, subject_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.names import one_line
from nexus_appliance.school.notices import Notices
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ROW_IDS, InboxQuestion, Subject, TeacherSubject, User, utc_now

OPEN_LIMIT = 10
"""Open questions of one student in one subject: enough for a lesson, too few to flood a teacher."""

QUESTION_LIMIT = 500
REPLY_LIMIT = 2000
"""Characters; a reply is read in the list of notices."""


@dataclass(frozen=True, slots=True)
class InboxView:
    """An open question as the teachers of its subject see it."""

    id: int
    student: str
    question: str
    created_at: datetime


class Inbox:
    """Students put questions in, the subject's teachers and administrators answer; every call authorises its caller."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, caller: Caller, subject: str, question: str) -> None:
        """Put a question to the teachers of a subject, who get a notice; the same one twice is asked once.

        Without a teacher the administrators get it. Raises `NotAllowed`, `Missing` (subject_unknown), `Invalid`
        (question_empty, question_too_long, inbox_full).
        """
        text = _checked(question, QUESTION_LIMIT)
        with self._database.write() as session:
            row = readable_subject(session, caller, subject)
            asker = own_row(session, caller)
            waiting = list(session.scalars(_open(row.id).where(InboxQuestion.user_id == asker.id)))
            if any(one.question == text for one in waiting):
                return
            if len(waiting) >= OPEN_LIMIT:
                raise Invalid(Failure.INBOX_FULL, limit=OPEN_LIMIT)
            session.add(InboxQuestion(subject_id=row.id, user_id=asker.id, question=text))
            values = {"subject": _name(row), "student": asker.full_name, "question": text}
            for user_id in _teachers(session, row.id):
                Notices.post(session, user_id, "question_asked", values)
            announce(session, "inbox")

    def list(self, caller: Caller, subject: str) -> list[InboxView]:
        """The open questions of a subject, oldest first; raises `NotAllowed`, `Missing` (subject_unknown)."""
        with self._database.read() as session:
            row = subject_row(session, caller, subject)
            found = session.execute(
                select(InboxQuestion, User.full_name)
                .join(User, User.id == InboxQuestion.user_id)
                .where(InboxQuestion.subject_id == row.id, InboxQuestion.answered_at.is_(None))
                .order_by(InboxQuestion.id)
            )
            return [InboxView(one.id, name, one.question, one.created_at) for one, name in found]

    def reply(self, caller: Caller, question_id: int, text: str) -> None:
        """Answer a question; the student gets the reply as a notice.

        Raises `NotAllowed`, `Missing` (question_unknown: gone, or answered by a colleague), `Invalid` (question_empty,
        question_too_long).
        """
        text = _checked(text, REPLY_LIMIT)
        with self._database.write() as session:
            row = _changeable(session, caller, question_id)
            row.answer, row.answered_by, row.answered_at = text, caller.user_id, utc_now()
            values = {
                "subject": _name(session.get_one(Subject, row.subject_id)),
                "question": row.question,
                "reply": text,
            }
            Notices.post(session, row.user_id, "question_answered", values)
            announce(session, "inbox")

    def remove(self, caller: Caller, question_id: int) -> None:
        """Take a question out unanswered; raises as `reply` does."""
        with self._database.write() as session:
            session.delete(_changeable(session, caller, question_id))
            announce(session, "inbox")


def _checked(text: str, limit: int) -> str:
    plain = one_line(text)
    if not plain:
        raise Invalid(Failure.QUESTION_EMPTY)
    if len(plain) > limit:
        raise Invalid(Failure.QUESTION_TOO_LONG, limit=limit)
    return plain


def _open(subject_id: int) -> Select[InboxQuestion]:
    return select(InboxQuestion).where(InboxQuestion.subject_id == subject_id, InboxQuestion.answered_at.is_(None))


def _changeable(session: Session, caller: Caller, question_id: int) -> InboxQuestion:
    """An open question whose subject the caller may change."""
    authorise(session, caller, Role.TEACHER, Role.ADMIN)
    row = session.get(InboxQuestion, question_id) if question_id in ROW_IDS else None
    if row is None or row.answered_at is not None:
        raise Missing(Failure.QUESTION_UNKNOWN)
    subject_row(session, caller, session.get_one(Subject, row.subject_id).code)
    return row


def _teachers(session: Session, subject_id: int) -> Iterable[int]:
    """Who is told of a new question: the subject's teachers, else the administrators."""
    living = select(User.id).where(User.disabled_at.is_(None))
    teaching = select(TeacherSubject.user_id).where(TeacherSubject.subject_id == subject_id)
    teachers = list(session.scalars(living.where(User.id.in_(teaching))))
    return teachers or session.scalars(living.where(User.role == Role.ADMIN))


def _name(subject: Subject) -> str:
    return f"{subject.name} {subject.grade}"
