"""The chat history: written once for each question, read by the student who asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select

from nexus_appliance.school.access import own_row
from nexus_appliance.school.callers import Caller
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import AnswerRating, ChatEntry, Subject
from nexus_appliance.tutoring.answers import Answer, Citation
from nexus_appliance.tutoring.ratings import Rating, rating_of


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
    rating: Rating | None


class History:
    """Each caller sees and clears only the own questions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, caller: Caller, subject_id: int, question: str, answer: Answer) -> int:
        """Write one row and return its id; 0 for a subject that has been removed meanwhile.

        The operator has no account and no history.
        """
        if caller.user_id is None:
            return 0
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
            if session.get(Subject, subject_id) is None:
                return 0
            session.add(row)
            session.flush()
            announce(session, own_topic(caller), *(["reviews"] if answer.refused else []))
            return row.id

    def search(self, caller: Caller, subject: str = "", text: str = "", limit: int = 50) -> list[Exchange]:
        """The caller's own questions, newest first, narrowed to a subject code and to a text they contain."""
        query = (
            select(ChatEntry, Subject.code, AnswerRating)
            .join(Subject, Subject.id == ChatEntry.subject_id)
            .outerjoin(AnswerRating, AnswerRating.chat_id == ChatEntry.id)
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
            return [_exchange(row, code, rating) for row, code, rating in session.execute(query)]

    def clear(self, caller: Caller, subject: str) -> int:
        """Delete the caller's own questions of a subject; the number of rows deleted."""
        codes = select(Subject.id).where(Subject.code == subject)
        own = delete(ChatEntry).where(ChatEntry.user_id == caller.user_id, ChatEntry.subject_id.in_(codes))
        with self._database.write() as session:
            own_row(session, caller)
            rows = session.scalars(own.returning(ChatEntry.id)).all()
            announce(session, own_topic(caller), "reviews")
        return len(rows)


def own_topic(caller: Caller) -> str:
    """What is announced when the history of this caller alone changes; "history" is everybody's."""
    return f"history of {caller.user_id}"


def _exchange(row: ChatEntry, code: str, rating: AnswerRating | None) -> Exchange:
    return Exchange(
        id=row.id,
        subject=code,
        question=row.question,
        response=row.response,
        outcome=row.outcome,
        confidence=row.confidence,
        citations=tuple(Citation(**plain) for plain in row.citations),
        created_at=row.created_at,
        rating=rating_of(rating),
    )
