"""A school moves from one kind of database to the other and back, with every row."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from nexus_appliance.errors import Invalid
from nexus_appliance.storage import moving
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.moving import digest, move
from nexus_appliance.storage.schema import Generation, Subject, Table, User
from tests.storage.rows import fill


@pytest.fixture
def school(sqlite_database: Database) -> Database:
    """A school on SQLite with rows in every table."""
    fill(sqlite_database)
    return sqlite_database


def digests(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {table.name: digest(session, table) for table in Table.metadata.sorted_tables}


def test_every_row_arrives(school: Database, database: Database) -> None:
    seen: list[tuple[str, int, int]] = []
    moved = move(school, database, lambda *told: seen.append(told))
    assert set(moved) == set(Table.metadata.tables)
    assert all(moved.values())
    assert digests(database) == digests(school)
    assert {name for name, done, total in seen if done == total} == set(moved)
    with database.read() as session:
        assert session.scalars(select(Subject.active_generation)).first() is not None


def test_and_back(school: Database, database: Database, tmp_path: Path) -> None:
    move(school, database)
    back = Database(f"sqlite:///{tmp_path / 'back.sqlite'}")
    move(database, back)
    assert digests(back) == digests(school)
    back.close()


def test_ids_that_were_given_are_not_given_again(school: Database, database: Database) -> None:
    with school.write() as session:
        session.add(User(id=900, username="pergi", password_hash="x", role="student", full_name="Pergi"))
        session.flush()
        session.execute(text("DELETE FROM users WHERE id = 900"))
    move(school, database)
    with database.write() as session:
        new = User(username="baru", password_hash="x", role="student", full_name="Baru")
        session.add(new)
        session.flush()
        assert new.id == 901


def test_nothing_is_copied_over_what_is_there(school: Database, database: Database) -> None:
    with database.write() as session:
        session.add(Subject(grade=7, name="Biologi", code="biologi_7"))
    before = digests(database)
    with pytest.raises(Invalid, match="database_not_empty"):
        move(school, database)
    assert digests(database) == before


def test_a_row_that_arrives_otherwise_undoes_all(
    school: Database, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(table: object, rows: object = None) -> object:
        if table is Generation.__table__:
            return insert(Generation).values(created_at=text("'2001-01-01 00:00:00+00:00'"))
        return insert(table)  # type: ignore[arg-type]

    before = digests(database)
    monkeypatch.setattr(moving, "insert", careless)
    with pytest.raises(Invalid, match="copy_differs"):
        move(school, database)
    assert digests(database) == before


def test_many_rows_in_batches(sqlite_database: Database, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH", 7)
    with sqlite_database.write() as session:
        for number in range(23):
            session.add(User(username=f"s{number}", password_hash="x", role="student", full_name="Siswa é 😀"))
    assert move(sqlite_database, database)["users"] == 23
    assert digests(database) == digests(sqlite_database)
