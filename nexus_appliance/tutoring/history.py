"""The chat history: written once for each question, read by the student who asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select

from nexus_appliance.school.access import own_row
from nexus_appliance.school.callers import Caller
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ChatEntry, Subject
from nexus_appliance.tutoring.answers import Answer, Citation


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of a student and what was shown for it."""

    id: int
    subject: str
    question: str
    response: str
    outcome: str
    confidence: float
    citations: tuple[Citation, ...]
    created_at: datetime


class History:
    """Each caller sees and clears only the own questions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, caller: Caller, subject_id: int, question: str, answer: Answer) -> None:
        """Write one row, unless the subject has been removed meanwhile; the operator has no account and no history."""
        if caller.user_id is None:
            return
        row = ChatEntry(
            user_id=caller.user_id,
            subject_id=subject_id,
            question=question,
            response=answer.text,
            outcome=answer.outcome,
            confidence=answer.confidence,
            citations=[citation.plain() for citation in answer.citations],
        )
        with self._database.write() as session:
            if session.get(Subject, subject_id) is not None:
                session.add(row)
                announce(session, "history")

    def search(self, caller: Caller, subject: str = "", text: str = "", limit: int = 50) -> list[Exchange]:
        """The caller's own questions, newest first, narrowed to a subject code and to a text they contain."""
        query = (
            select(ChatEntry, Subject.code)
            .join(Subject, Subject.id == ChatEntry.subject_id)
            .where(ChatEntry.user_id == caller.user_id)
            .order_by(ChatEntry.created_at.desc(), ChatEntry.id.desc())
            .limit(limit)
        )
        if subject:
            query = query.where(Subject.code == subject)
        for word in text.split()[:8]:
            query = query.where(
                or_(
                    ChatEntry.question.icontains(word, autoescape=True),
                    ChatEntry.response.icontains(word, autoescape=True),
                )
            )
        with self._database.read() as session:
            own_row(session, caller)
            return [_exchange(row, code) for row, code in session.execute(query)]

    def clear(self, caller: Caller, subject: str) -> int:
        """Delete the caller's own questions of a subject; the number of rows deleted."""
        codes = select(Subject.id).where(Subject.code == subject)
        own = delete(ChatEntry).where(ChatEntry.user_id == caller.user_id, ChatEntry.subject_id.in_(codes))
        with self._database.write() as session:
            own_row(session, caller)
            rows = session.scalars(own.returning(ChatEntry.id)).all()
            announce(session, "history")
        return len(rows)


def _exchange(row: ChatEntry, code: str) -> Exchange:
    return Exchange(
        id=row.id,
        subject=code,
        question=row.question,
        response=row.response,
        outcome=row.outcome,
        confidence=row.confidence,
        citations=tuple(Citation(**plain) for plain in row.citations),
        created_at=row.created_at,
    )
