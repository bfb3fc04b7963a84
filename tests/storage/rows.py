"""Rows for every table, whatever tables there are."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, insert, update

from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Table
from nexus_appliance.storage.tables import UtcDateTime

SPECIAL = {"role": "teacher", "state": "done", "difficulty": "easy"}
"""Values of columns that do not take any word."""


def fill(database: Database, count: int = 3) -> None:
    """`count` rows in every table; they point to each other as the keys say."""
    with database.write() as session:
        for table in Table.metadata.sorted_tables:
            rows = [{c.name: _value(c, number) for c in table.columns} for number in range(1, count + 1)]
            session.execute(insert(table), rows)
        subjects = Table.metadata.tables["subjects"]
        for number in range(1, count + 1):
            row = update(subjects).where(subjects.c.id == number)
            session.execute(row.values(active_generation=number))


def _value(column: Column[Any], number: int) -> object:
    if any(key.use_alter for key in column.foreign_keys):
        return None
    if column.name in SPECIAL:
        return SPECIAL[column.name]
    kind = column.type
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Float):
        return number / 7
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, UtcDateTime):
        return datetime(2026, 7, number, 8, 30, 15, 123456, tzinfo=UTC)
    if isinstance(kind, JSON):
        return [number, {"é": "“kutip”", "nilai": 0.1}] if "list" in str(column.default) else {"z": number, "a": [None]}
    if isinstance(kind, LargeBinary):
        return bytes([number, 0, 255])
    return f"{column.name}-{number} é"[: getattr(kind, "length", None) or 99]
