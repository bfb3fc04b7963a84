"""What teachers look at: questions that were refused, and answers that students marked as unhelpful.

Whether an answer is good can be judged without knowing who asked. So a review holds the question, what was shown for
it, and the student's reason, but neither name nor account; the grade is that of the subject. A student who deletes the
own history deletes these with it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, or_, select

from nexus_appliance.school.access import subject_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import AnswerRating, ChatEntry, ReviewedTurn, User
from nexus_appliance.tutoring.answers import Citation
from nexus_appliance.tutoring.known import turn_row
from nexus_appliance.tutoring.ratings import Rating, rating_of

Kind = Literal["open", "rated", "refused", "handled"]
"""What a list shows: all that is open, of that only what was rated or refused, or what is done."""

MOST = 500
"""Reviews that one list may hold."""


@dataclass(frozen=True, slots=True)
class Review:
    """One turn without its student; `rating` is None for a refusal that nobody rated."""

    turn: int
    question: str
    response: str
    outcome: str
    citations: tuple[Citation, ...]
    rating: Rating | None
    created_at: datetime
    handled: bool


class Reviews:
    """Every call authorises its caller: the subject's teachers, administrators, the operator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, caller: Caller, subject: str, kind: Kind = "open", limit: int = 50) -> list[Review]:
        """The subject's reviews of a kind, newest first; raises `NotAllowed`, `Missing` (subject_unknown)."""
        with self._database.read() as session:
            row = subject_row(session, caller, subject)
            found = session.execute(_query(row.id, kind).limit(max(1, min(limit, MOST))))
            return [_review(entry, rating, handled is not None) for entry, rating, handled in found]

    def handle(self, caller: Caller, turn: int) -> None:
        """Mark a turn as done, for all teachers of the subject; raises `NotAllowed`, `Missing` (turn_unknown)."""
        with self._database.write() as session:
            turn_row(session, caller, turn)
            if session.get(ReviewedTurn, turn) is None:
                session.add(ReviewedTurn(chat_id=turn, user_id=caller.user_id))
                announce(session, "reviews")

    def reopen(self, caller: Caller, turn: int) -> None:
        """Undo `handle`; raises as it does."""
        with self._database.write() as session:
            turn_row(session, caller, turn)
            reviewed = session.get(ReviewedTurn, turn)
            if reviewed is not None:
                session.delete(reviewed)
                announce(session, "reviews")


def _query(subject_id: int, kind: Kind) -> Select[ChatEntry, AnswerRating | None, int | None]:
    shown = [ChatEntry.subject_id == subject_id, User.role == Role.STUDENT, *_conditions(kind)]
    return (
        select(ChatEntry, AnswerRating, ReviewedTurn.chat_id)
        .join(User, User.id == ChatEntry.user_id)
        .outerjoin(AnswerRating, AnswerRating.chat_id == ChatEntry.id)
        .outerjoin(ReviewedTurn, ReviewedTurn.chat_id == ChatEntry.id)
        .where(*shown)
        .order_by(ChatEntry.id.desc())
    )


def _conditions(kind: Kind) -> tuple[ColumnElement[bool], ...]:
    """A refusal that its student found right is nothing to look at."""
    poor = AnswerRating.helpful.is_(False)
    refused = (ChatEntry.outcome == "refused") & or_(AnswerRating.helpful.is_(None), poor)
    is_open, handled = ReviewedTurn.chat_id.is_(None), ReviewedTurn.chat_id.is_not(None)
    return {
        "open": (or_(poor, refused), is_open),
        "rated": (poor, is_open),
        "refused": (refused, is_open),
        "handled": (or_(poor, refused), handled),
    }[kind]


def _review(entry: ChatEntry, rating: AnswerRating | None, handled: bool) -> Review:
    return Review(
        turn=entry.id,
        question=entry.question,
        response=entry.response,
        outcome=entry.outcome,
        citations=tuple(Citation(**plain) for plain in entry.citations),
        rating=rating_of(rating),
        created_at=entry.created_at,
        handled=handled,
    )
