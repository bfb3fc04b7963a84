"""What students think of the answers they got: one rating for each turn, changed and taken back as they like."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.school.access import authorise, own_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.names import one_line
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ROW_IDS, AnswerRating, ChatEntry, ReviewedTurn, utc_now
from nexus_appliance.tutoring.known import forget_turn

REASONS = ("wrong", "off_question", "unclear", "wrong_page")
"""Why an answer did not help."""

COMMENT_LIMIT = 200
"""Characters: a remark, not a letter."""

RATEABLE = ("answered", "refused", "passages", "extract")
"""Outcomes that can be rated; half an answer that was stopped is nobody's."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Thumb up (`helpful`) or down; `reason` is one of `REASONS` or empty, `comment` the student's own words."""

    helpful: bool
    reason: str = ""
    comment: str = ""


class Ratings:
    """Students rate their own turns and nobody else's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rate(self, caller: Caller, turn: int, rating: Rating) -> None:
        """Keep this rating in the place of an earlier one; what a teacher was done with is open again.

        Raises `NotAllowed`, `Missing` (turn_unknown: not in the own history, or not rateable), `Invalid`
        (rating_invalid, text_too_long).
        """
        checked = _checked(rating)
        with self._database.write() as session:
            entry = _own_turn(session, caller, turn)
            row = session.get(AnswerRating, entry.id) or AnswerRating(chat_id=turn)
            row.helpful, row.reason, row.comment = checked.helpful, checked.reason, checked.comment
            row.created_at = utc_now()
            session.add(row)
            if not checked.helpful:
                forget_turn(session, entry)  # nobody else is told what helped nobody
            _reopen(session, turn)

    def withdraw(self, caller: Caller, turn: int) -> None:
        """Take the rating of an own turn back; without one nothing happens. Raises as `rate` does."""
        with self._database.write() as session:
            row = session.get(AnswerRating, _own_turn(session, caller, turn).id)
            if row is not None:
                session.delete(row)
                announce(session, "reviews")


def rating_of(row: AnswerRating | None) -> Rating | None:
    """The rating of a row, None without one."""
    return Rating(row.helpful, row.reason, row.comment) if row is not None else None


def _checked(rating: Rating) -> Rating:
    """What may be stored: reason and words belong to a thumb down alone."""
    if rating.reason not in ("", *REASONS):
        raise Invalid(Failure.RATING_INVALID)
    comment = one_line(rating.comment)
    if len(comment) > COMMENT_LIMIT:
        raise Invalid(Failure.TEXT_TOO_LONG, limit=COMMENT_LIMIT)
    return Rating(helpful=True) if rating.helpful else Rating(False, rating.reason, comment)


def _own_turn(session: Session, caller: Caller, turn: int) -> ChatEntry:
    authorise(session, caller, Role.STUDENT)
    user = own_row(session, caller)
    row = session.get(ChatEntry, turn) if turn in ROW_IDS else None
    if row is None or row.user_id != user.id or row.outcome not in RATEABLE:
        raise Missing(Failure.TURN_UNKNOWN)
    return row


def _reopen(session: Session, turn: int) -> None:
    reviewed = session.get(ReviewedTurn, turn)
    if reviewed is not None:
        session.delete(reviewed)
    announce(session, "reviews")
