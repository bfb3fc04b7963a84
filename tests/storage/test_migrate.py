"""Migrations: what they make is the schema, they keep rows, and they refuse what they do not know."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.migrate import _writing, copy_path, current_revision, newest_revision, upgrade
from nexus_appliance.storage.schema import Notice, Subject, Table, TopicMastery, User
from tests import postgresql


def test_autogenerate_finds_no_difference(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_migrated_tables_equal_the_declared_ones(database: Database, request: pytest.FixtureRequest) -> None:
    """Autogenerate is blind to checks and key actions: compare what the database itself says about both."""
    if database.is_sqlite:
        declared = create_engine("sqlite://")
    else:
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        server.execute("CREATE DATABASE declared")
        declared = create_engine(server.url("declared"))
    Table.metadata.create_all(declared)
    try:
        assert described(database.engine) == described(declared)
    finally:
        declared.dispose()
        if not database.is_sqlite:
            server.execute("DROP DATABASE declared")


def described(engine: Engine) -> dict[str, Any]:
    inspector = inspect(engine)

    def rows(found: Any) -> list[str]:
        return sorted(repr(sorted(dict(row).items(), key=str)) for row in found)

    return {
        table: (
            rows(inspector.get_columns(table)),
            inspector.get_pk_constraint(table),
            rows(inspector.get_foreign_keys(table)),
            rows(inspector.get_indexes(table)),
            rows(inspector.get_unique_constraints(table)),
            rows(inspector.get_check_constraints(table)),
            inspector.get_table_options(table),
        )
        for table in inspector.get_table_names()
        if table not in ("alembic_version", "sqlite_sequence")
    }


def empty_database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Database:
    if kind == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'new folder' / 'nexus 100%.sqlite'}")
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    server.execute("DROP DATABASE IF EXISTS empty")
    server.execute("CREATE DATABASE empty")
    return Database(server.url("empty"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    database = empty_database(request.param, tmp_path, request)
    yield database
    database.close()


def test_an_old_database_keeps_its_rows(empty: Database) -> None:
    upgrade(empty, "0001")
    assert current_revision(empty) == "0001"
    with empty.write() as session:
        session.add(User(username="siti", password_hash="h", role="student", full_name="Siti"))
        session.add(Subject(grade=12, name="Fisika", code="fisika_12"))
    assert upgrade(empty) == current_revision(empty) == newest_revision()
    with empty.write() as session:
        user, subject = session.query(User).one(), session.query(Subject).one()
        session.add(TopicMastery(user_id=user.id, subject_id=subject.id, topic="Gerak"))
    assert (user.username, subject.code) == ("siti", "fisika_12")


def test_upgrading_twice_does_nothing(empty: Database) -> None:
    assert upgrade(empty) == newest_revision()
    assert upgrade(empty) == newest_revision()
    assert not copy_path(empty, newest_revision()).exists()


def test_a_sqlite_file_is_copied_before_a_real_upgrade(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nexus.sqlite'}")
    upgrade(database, "0001")
    with database.write() as session:
        session.add(Subject(grade=1, name="Seni", code="seni_1"))
    assert not copy_path(database, "0001").exists()
    upgrade(database)
    database.close()
    copy = sqlite3.connect(copy_path(database, "0001"))
    assert copy.execute("SELECT code FROM subjects").fetchall() == [("seni_1",)]
    assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    copy.close()


def test_a_database_of_a_newer_program_is_refused_unchanged(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Invalid) as caught:
        upgrade(database)
    assert caught.value.code is Failure.DATABASE_NEWER
    assert caught.value.values["revision"] == "9999"


def test_a_failed_upgrade_leaves_the_database_as_it_was(empty: Database) -> None:
    upgrade(empty, "0001")
    with empty.write() as session:
        session.execute(text("CREATE TABLE weak_areas (id INTEGER)"))
    with pytest.raises(Exception, match="weak_areas"):
        upgrade(empty)
    assert current_revision(empty) == "0001"
    assert "topic_mastery" not in inspect(empty.engine).get_table_names()


def test_foreign_keys_are_enforced_after_an_upgrade(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_ids_are_never_given_twice(database: Database) -> None:
    with database.write() as session:
        first = Subject(grade=1, name="Seni", code="seni_1")
        session.add(first)
        session.flush()
        number = first.id
        session.delete(first)
    with database.write() as session:
        second = Subject(grade=1, name="Seni", code="seni_1")
        session.add(second)
        session.flush()
        assert second.id > number


def test_a_table_made_anew_by_a_migration_keeps_the_rows_that_point_to_it(sqlite_database: Database) -> None:
    """SQLite alters by dropping: with its keys on, dropping users would delete their notices."""
    with sqlite_database.write() as session:
        user = User(username="siti", password_hash="h", role="student", full_name="Siti")
        session.add(user)
        session.flush()
        session.add(Notice(user_id=user.id, kind="k", payload={}))
    with _writing(sqlite_database) as connection:
        operations = Operations(MigrationContext.configure(connection, opts={"target_metadata": Table.metadata}))
        with operations.batch_alter_table("users", recreate="always"):
            pass
    with sqlite_database.write() as session:
        assert session.query(Notice).count() == 1
        session.execute(text("DELETE FROM users"))
        assert session.query(Notice).count() == 0


def test_a_migration_that_breaks_keys_is_undone(sqlite_database: Database) -> None:
    with pytest.raises(RuntimeError, match="notices"), _writing(sqlite_database) as connection:
        connection.execute(text("INSERT INTO notices VALUES (1, 99, 'k', '{}', '2026-01-01', NULL)"))
    with sqlite_database.read() as session:
        assert session.query(Notice).count() == 0


def test_two_programs_that_upgrade_at_the_same_moment(empty: Database) -> None:
    others = [empty, *(Database(empty.url.render_as_string(hide_password=False)) for _ in range(3))]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upgrade, others))
    assert current_revision(empty) == newest_revision()
    for other in others:
        other.close()


def test_a_folder_that_cannot_be_made_is_one_clear_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    database = Database(f"sqlite:///{tmp_path / 'file' / 'nexus.sqlite'}")
    with pytest.raises(Unavailable) as caught:
        upgrade(database)
    assert caught.value.code is Failure.HOME_NOT_WRITABLE


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "nexus.sqlite"
    path.write_text("a letter to the school " * 100)
    with pytest.raises(Unavailable) as caught:
        upgrade(Database(f"sqlite:///{path}"))
    assert caught.value.code is Failure.DATABASE_GONE
    assert path.read_text() == "a letter to the school " * 100
