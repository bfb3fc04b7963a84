"""Messages to one person, kept as kind and values until they are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from nexus_appliance.school.access import own_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ROW_IDS, Notice, User, utc_now


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice; `ui.words` has a sentence for each kind, filled with `values`."""

    id: int
    kind: str
    values: Mapping[str, Any]
    created_at: datetime
    read: bool


class Notices:
    """Everybody sees and marks the own notices; the operator has none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @staticmethod
    def post(session: Session, user_id: int, kind: str, values: Mapping[str, Any]) -> None:
        """Leave a notice in the caller's transaction; `values` are plain strings and numbers."""
        session.add(Notice(user_id=user_id, kind=kind, payload=dict(values)))
        announce(session, "notices")

    @staticmethod
    def post_to(session: Session, roles: Iterable[Role], kind: str, values: Mapping[str, Any]) -> None:
        """As `post`, to everybody who has one of the roles."""
        people = select(User.id).where(User.disabled_at.is_(None), User.role.in_(tuple(roles)))
        for user_id in session.scalars(people):
            Notices.post(session, user_id, kind, values)

    def list(self, caller: Caller, limit: int = 50) -> list[NoticeView]:
        """The newest notices first; raises `NotAllowed` (signed_out)."""
        with self._database.read() as session:
            own = select(Notice).where(Notice.user_id == _owner(session, caller))
            rows = session.scalars(own.order_by(Notice.id.desc()).limit(limit))
            return [NoticeView(row.id, row.kind, row.payload, row.created_at, row.read_at is not None) for row in rows]

    def unread(self, caller: Caller) -> int:
        """How many notices are unread; raises `NotAllowed` (signed_out)."""
        with self._database.read() as session:
            own = Notice.user_id == _owner(session, caller), Notice.read_at.is_(None)
            return session.scalar(select(func.count()).select_from(Notice).where(*own)) or 0

    def mark_read(self, caller: Caller, ids: Iterable[int]) -> None:
        """Mark the caller's notices read; the ids of others are passed over. Raises `NotAllowed` (signed_out)."""
        with self._database.write() as session:
            named = Notice.id.in_([number for number in ids if number in ROW_IDS])
            own = Notice.user_id == _owner(session, caller), Notice.read_at.is_(None)
            session.execute(update(Notice).where(*own, named).values(read_at=utc_now()))
            announce(session, "notices")


def _owner(session: Session, caller: Caller) -> int:
    """The operator owns nothing: no row has the id 0."""
    return 0 if caller.role is Role.OPERATOR else own_row(session, caller).id
