"""A school moves from one kind of database to the other and back, with every row."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from nexus_appliance.errors import Invalid
from nexus_appliance.storage import moving
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.moving import digest, move
from nexus_appliance.storage.schema import Generation, Subject, Table, User
from tests.conftest import NewUrl
from tests.storage.rows import fill


@pytest.fixture
def other(new_url: NewUrl) -> Iterator[Database]:
    """An empty database of either kind."""
    database = Database(new_url())
    yield database
    database.close()


@pytest.fixture
def school(sqlite_database: Database) -> Database:
    """A school on SQLite with rows in every table."""
    fill(sqlite_database)
    return sqlite_database


def digests(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {table.name: digest(session, table) for table in Table.metadata.sorted_tables}


def test_every_row_arrives(school: Database, other: Database) -> None:
    seen: list[tuple[str, int, int]] = []
    moved = move(school, other, lambda *told: seen.append(told))
    assert set(moved) == set(Table.metadata.tables)
    assert all(moved.values())
    assert digests(other) == digests(school)
    assert {name for name, done, total in seen if done == total} == set(moved)
    with other.read() as session:
        assert session.scalars(select(Subject.active_generation)).first() is not None


def test_and_back(school: Database, other: Database, tmp_path: Path) -> None:
    move(school, other)
    back = Database(f"sqlite:///{tmp_path / 'back.sqlite'}")
    move(other, back)
    assert digests(back) == digests(school)
    back.close()


def test_ids_that_were_given_are_not_given_again(school: Database, other: Database) -> None:
    with school.write() as session:
        session.add(User(id=900, username="pergi", password_hash="x", role="student", full_name="Pergi"))
        session.flush()
        session.execute(text("DELETE FROM users WHERE id = 900"))
    move(school, other)
    with other.write() as session:
        new = User(username="baru", password_hash="x", role="student", full_name="Baru")
        session.add(new)
        session.flush()
        assert new.id == 901


def test_nothing_is_copied_over_what_is_there(school: Database, other: Database) -> None:
    with other.write() as session:
        session.add(Subject(grade=7, name="Biologi", code="biologi_7"))
    before = digests(other)
    with pytest.raises(Invalid, match="database_not_empty"):
        move(school, other)
    assert digests(other) == before


def test_a_row_that_arrives_otherwise_undoes_all(
    school: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(table: object, rows: object = None) -> object:
        if table is Generation.__table__:
            return insert(Generation).values(created_at=text("'2001-01-01 00:00:00+00:00'"))
        return insert(table)  # type: ignore[arg-type]

    before = digests(other)
    monkeypatch.setattr(moving, "insert", careless)
    with pytest.raises(Invalid, match="copy_differs"):
        move(school, other)
    assert digests(other) == before


def test_many_rows_in_batches(sqlite_database: Database, other: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH", 7)
    with sqlite_database.write() as session:
        for number in range(23):
            session.add(User(username=f"s{number}", password_hash="x", role="student", full_name="Siswa é 😀"))
    assert move(sqlite_database, other)["users"] == 23
    assert digests(other) == digests(sqlite_database)
