"""What all tables have in common: column types, names of constraints, ids."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database (SQLite forgets the time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive times: they are a mistake of the caller."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give every time its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


ROW_IDS = range(1, 2**31)
"""What an id can be; a driver chokes on a larger number that a browser may send."""

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}
"""Every constraint has a name, the same on every database, so that a later migration can change it."""


class Table(DeclarativeBase):
    """The base of all tables; fixes the column types that Python types stand for."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """No id is given twice, on SQLite either: live pages and vector collections are known by the ids of rows."""
        cls.__table_args__ = (*getattr(cls, "__table_args__", ()), {"sqlite_autoincrement": True})
        super().__init_subclass__(**kwargs)


def created() -> Mapped[datetime]:
    """A column with the time at which the row was made."""
    return mapped_column(default=utc_now)


def owner(target: str) -> Mapped[int]:
    """A column with the id of the row that this one belongs to and goes with."""
    return mapped_column(ForeignKey(target, ondelete="CASCADE"), index=True)
