"""All rows of one database into another, empty one, whichever kind each is, and the proof that they are all there."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Column, func, insert, select, text, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.migrate import upgrade
from nexus_appliance.storage.schema import Table

BATCH = 500
"""Rows of one statement."""

Report = Callable[[str, int, int], None]
"""Called with the table, and how many of its rows are done of how many."""


def move(source: Database, target: Database, report: Report = lambda *_: None) -> dict[str, int]:
    """Copy every row, in one transaction, and compare; the rows by table.

    Ids stay, and none that was ever given is given again. The source stays as it is. Raises `Invalid`
    (database_not_empty, copy_differs) and `Unavailable`; the target is then as empty as before.
    """
    upgrade(source)
    upgrade(target)
    tables = Table.metadata.sorted_tables
    with source.read() as reading, target.write() as writing:
        if any(_count(writing, table) for table in tables):
            raise Invalid(Failure.DATABASE_NOT_EMPTY, database=target.url.render_as_string(hide_password=True))
        for table in tables:
            _copy(reading, writing, table, report)
        for table in tables:
            _point(reading, writing, table)
            _carry_on_counting(reading, writing, table, source, target)
        return {table.name: _compared(reading, writing, table) for table in tables}


def digest(session: Session, table: SqlTable) -> str:
    """The sha256 of all rows of a table in the order of its key; the same on every kind of database."""
    found = hashlib.sha256()
    for row in _rows(session, table):
        found.update(json.dumps(row, default=_plain, sort_keys=True).encode())
    return found.hexdigest()


def _copy(reading: Session, writing: Session, table: SqlTable, report: Report) -> None:
    total, done = _count(reading, table), 0
    late = {column.name for column in _pointing_back(table)}
    batch: list[dict[str, Any]] = []
    for row in _rows(reading, table):
        batch.append({name: None if name in late else value for name, value in row.items()})
        if len(batch) == BATCH:
            writing.execute(insert(table), batch)
            done += len(batch)
            batch = []
            report(table.name, done, total)
    if batch:
        writing.execute(insert(table), batch)
    report(table.name, total, total)


def _point(reading: Session, writing: Session, table: SqlTable) -> None:
    """Fill the columns that point to rows which came later."""
    (key,) = table.primary_key.columns if len(table.primary_key.columns) == 1 else (None,)
    for column in _pointing_back(table):
        assert key is not None
        for row in reading.execute(select(key, column).where(column.is_not(None))).all():
            writing.execute(update(table).where(key == row[0]).values({column.name: row[1]}))


def _pointing_back(table: SqlTable) -> list[Column[Any]]:
    """Columns that make a circle of tables, or point into their own."""
    return [
        column for column in table.columns for key in column.foreign_keys if key.use_alter or key.column.table is table
    ]


def _carry_on_counting(reading: Session, writing: Session, table: SqlTable, source: Database, target: Database) -> None:
    """The next id is the one that the source would have given."""
    column = table.autoincrement_column
    if column is None:
        return
    last = _last_id(reading, table, column, source)
    if not last:
        return
    if target.is_sqlite:
        writing.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        command = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"
    else:
        command = f"SELECT setval(pg_get_serial_sequence(:name, '{column.name}'), :last)"
    writing.execute(text(command), {"name": table.name, "last": last})


def _last_id(reading: Session, table: SqlTable, column: Column[Any], source: Database) -> int:
    if source.is_sqlite:
        last = reading.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :n"), {"n": table.name}).scalar()
    else:
        sequence = reading.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
        last = reading.execute(text(f"SELECT last_value FROM {sequence} WHERE is_called")).scalar()  # noqa: S608
    return int(last or 0)


def _compared(reading: Session, writing: Session, table: SqlTable) -> int:
    if digest(reading, table) != digest(writing, table):
        raise Invalid(Failure.COPY_DIFFERS, table=table.name)
    return _count(writing, table)


def _rows(session: Session, table: SqlTable) -> Iterator[dict[str, Any]]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    for row in session.execute(query).mappings():
        yield dict(row)


def _count(session: Session, table: SqlTable) -> int:
    return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def _plain(value: object) -> str:
    """Times, and what else JSON has no word for."""
    return value.hex() if isinstance(value, bytes) else str(value)
