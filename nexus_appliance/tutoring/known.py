"""Answers that are known: given again to whoever asks the same, until the books or the model change.

What is asked the same is told by `wording.form`. No row says who asked; a follow-up, which leans on what its student
asked before, is never kept.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Missing
from nexus_appliance.school.access import authorise, subject_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import ROW_IDS, ChatEntry, KnownAnswer, Subject, utc_now
from nexus_appliance.tutoring.answers import Answer, Citation
from nexus_appliance.tutoring.wording import form

KEPT = ("answered", "refused")
"""Outcomes that another student may be told: what the model wrote, or that it declined."""

FRESH = timedelta(minutes=10)
"""A use is noted so often at most: not every question need write."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answer to a question would be kept; two questions that ask the same have the same place."""

    subject_id: int
    generation_id: int
    model: str
    form: str


@dataclass(frozen=True, slots=True)
class Known:
    """An answer with the question that it was given to."""

    question: str
    answer: Answer


class KnownAnswers:
    """Called by the tutor for students that it has authorised; teachers clear answers of their subjects."""

    def __init__(self, database: Database, limit: int) -> None:
        """`limit`: answers kept of each subject; 0: none."""
        self._database = database
        self._limit = limit

    def place(self, subject_id: int, model: str, question: str) -> Place | None:
        """Where the answer to a question that stands alone is kept as long as these books answer; None: nowhere."""
        name = form_name(question)
        if not name or not self._limit:
            return None
        with self._database.read() as session:
            generation = session.scalar(select(Subject.active_generation).where(Subject.id == subject_id))
        return None if generation is None else Place(subject_id, generation, model, name)

    def find(self, place: Place) -> Known | None:
        """The answer that is kept there."""
        with self._database.read() as session:
            row = session.scalar(_at(place))
            if row is None:
                return None
            found, used_at = _known(row), row.used_at
        if utc_now() - used_at > FRESH:
            self._used(place)
        return found

    def keep(self, place: Place, question: str, answer: Answer) -> None:
        """Keep a whole answer; what was kept for earlier books goes, and the least recently used beyond the limit."""
        if answer.outcome not in KEPT or not answer.citations:
            return
        with self._database.write() as session:
            if session.scalar(_at(place)) is not None:
                return
            old = KnownAnswer.generation_id != place.generation_id
            session.execute(delete(KnownAnswer).where(KnownAnswer.subject_id == place.subject_id, old))
            session.add(_row(place, question, answer))
            session.flush()
            newest = select(KnownAnswer.id).where(KnownAnswer.subject_id == place.subject_id)
            beyond = newest.order_by(KnownAnswer.used_at.desc(), KnownAnswer.id.desc()).offset(self._limit)
            session.execute(delete(KnownAnswer).where(KnownAnswer.id.in_(session.scalars(beyond).all())))

    def forget(self, caller: Caller, turn: int) -> bool:
        """Let nobody be told again what a turn of the history was told; whether it was kept.

        Raises `NotAllowed`, `Missing` (turn_unknown, subject_unknown).
        """
        with self._database.write() as session:
            return forget_turn(session, turn_row(session, caller, turn))

    def _used(self, place: Place) -> None:
        with self._database.write() as session:
            row = session.scalar(_at(place))
            if row is not None:
                row.used_at = utc_now()


def turn_row(session: Session, caller: Caller, turn: int) -> ChatEntry:
    """A turn of a subject that the caller may change; raises `NotAllowed`, `Missing` (turn_unknown)."""
    authorise(session, caller, Role.TEACHER, Role.ADMIN)
    entry = session.get(ChatEntry, turn) if turn in ROW_IDS else None
    if entry is None:
        raise Missing(Failure.TURN_UNKNOWN)
    subject_row(session, caller, session.get_one(Subject, entry.subject_id).code)
    return entry


def forget_turn(session: Session, entry: ChatEntry) -> bool:
    """Delete what is kept for the question of a turn, in the caller's transaction; whether there was something."""
    same = KnownAnswer.form == form_name(entry.question)
    gone = delete(KnownAnswer).where(KnownAnswer.subject_id == entry.subject_id, same).returning(KnownAnswer.id)
    return bool(session.scalars(gone).all())


def form_name(question: str) -> str:
    """A short name for what a question asks; empty for one without a thing that it asks about."""
    found = form(question)
    return hashlib.sha256(repr(found).encode()).hexdigest() if found.things else ""


def _at(place: Place) -> Select[KnownAnswer]:
    return select(KnownAnswer).filter_by(
        subject_id=place.subject_id, generation_id=place.generation_id, model=place.model, form=place.form
    )


def _row(place: Place, question: str, answer: Answer) -> KnownAnswer:
    return KnownAnswer(
        subject_id=place.subject_id,
        generation_id=place.generation_id,
        model=place.model,
        form=place.form,
        question=question,
        response=answer.text,
        outcome=answer.outcome,
        confidence=answer.confidence,
        answerable=answer.answerable,
        citations=[citation.plain() for citation in answer.citations],
    )


def _known(row: KnownAnswer) -> Known:
    citations = tuple(Citation(**plain) for plain in row.citations)
    answer = Answer(row.response, row.outcome, row.confidence, citations, answerable=row.answerable)
    return Known(row.question, answer)
