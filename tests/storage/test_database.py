"""One writer at a time, announcements after the commit, and one clear failure when the database cannot be had."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.storage.database import Database, announce, check_connection
from nexus_appliance.storage.schema import Notice, Subject, User, utc_now
from tests import postgresql
from tests.conftest import NewUrl


def subject(number: int = 1) -> Subject:
    return Subject(grade=1, name=f"Mapel {number}", code=f"mapel_{number}")


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Subject)) or 0


def test_many_threads_read_and_write_without_a_locked_database(database: Database) -> None:
    def work(thread: int) -> None:
        for turn in range(10):
            with database.write() as session:
                total = session.scalar(select(func.count()).select_from(Subject))
                session.add(subject(thread * 100 + turn))
                session.flush()
                assert session.scalar(select(func.count()).select_from(Subject)) == (total or 0) + 1
            assert count(database) > turn

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(work, range(12)))
    assert count(database) == 120


def test_a_check_made_in_a_write_still_holds_at_its_commit_across_processes_too(new_url: NewUrl) -> None:
    """Two Database objects stand for two processes: their locks in memory know nothing of each other."""
    url = new_url()
    databases = [Database(url), Database(url)]

    def work(number: int) -> None:
        with databases[number % 2].write() as session:
            if session.scalar(select(func.count()).select_from(Subject)) == 0:
                time.sleep(0.02)
                session.add(subject(number))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    assert count(databases[0]) == 1
    for database in databases:
        database.close()


def test_a_read_sees_one_state_of_the_database(database: Database) -> None:
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Subject)) == 0
        with ThreadPoolExecutor(1) as other:
            other.submit(add_one, database).result()
        assert session.scalar(select(func.count()).select_from(Subject)) == 0
    assert count(database) == 1


def add_one(database: Database) -> None:
    with database.write() as session:
        session.add(subject())


def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, Unavailable)), database.read() as session:
        session.add(subject())
        session.flush()
    add_one(database)
    assert count(database) == 1


def test_an_exception_rolls_the_write_back_and_announces_nothing(database: Database) -> None:
    heard: list[frozenset[str]] = []
    database.subscribe(heard.append)
    with pytest.raises(ZeroDivisionError), database.write() as session:
        session.add(subject())
        announce(session, "subjects")
        session.flush()
        raise ZeroDivisionError
    assert count(database) == 0
    assert heard == []


def test_listeners_hear_topics_after_the_commit(database: Database) -> None:
    heard: list[tuple[frozenset[str], int]] = []

    def fail(_topics: frozenset[str]) -> None:
        raise RuntimeError("a page that is gone")

    database.subscribe(fail)
    unsubscribe = database.subscribe(lambda topics: heard.append((topics, count(database))))
    with database.write() as session:
        session.add(subject())
        announce(session, "subjects", "books")
        announce(session, "books")
    unsubscribe()
    with database.write() as session:
        announce(session, "jobs")
    assert heard == [(frozenset({"subjects", "books"}), 1)]


def test_a_mistake_of_ours_stays_what_it_is(database: Database) -> None:
    with pytest.raises(DBAPIError, match="no_such_table"), database.write() as session:
        session.execute(text("SELECT * FROM no_such_table"))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add_all([subject(), subject()])


def test_rows_go_with_the_row_they_belong_to(database: Database) -> None:
    with database.write() as session:
        user = User(username="budi", password_hash="h", role="student", full_name="Budi")
        session.add(user)
        session.flush()
        session.add(Notice(user_id=user.id, kind="k", payload={"a": [1]}))
        session.flush()
        session.execute(text("DELETE FROM users"))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 0


def test_times_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    moment = utc_now()
    with database.write() as session:
        session.add(Subject(grade=1, name="a", code="a", created_at=moment))
    with database.read() as session:
        found = session.scalar(select(Subject.created_at))
    assert found == moment
    assert str(found).endswith("+00:00")
    with pytest.raises(StatementError, match="naive"), database.write() as session:
        session.add(Subject(grade=1, name="b", code="b", created_at=moment.replace(tzinfo=None)))


def test_a_long_write_of_another_thread_is_one_clear_failure(new_url: NewUrl) -> None:
    database = Database(new_url(), lock_wait=0.2)
    with database.write(), ThreadPoolExecutor(1) as other:
        assert other.submit(failure_of, database).result().code is Failure.DATABASE_LOCKED
    add_one(database)
    database.close()


def failure_of(database: Database) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        add_one(database)
    return caught.value


HOLD = {
    "sqlite": "import sqlite3,sys; c=sqlite3.connect(sys.argv[1],isolation_level=None); c.execute('BEGIN IMMEDIATE');"
    "print('held',flush=True); sys.stdin.read()",
    "postgresql": "import psycopg,sys; c=psycopg.connect(sys.argv[1]);"
    "c.execute('SELECT pg_advisory_xact_lock(%s)' % sys.argv[2]); print('held',flush=True); sys.stdin.read()",
}


@contextmanager
def held_by_another_process(database: Database) -> Iterator[None]:
    from nexus_appliance.storage.postgresql import WRITE_LOCK

    kind = "sqlite" if database.is_sqlite else "postgresql"
    address = database.url.database or ""
    if kind == "postgresql":
        address = f"host={database.url.query['host']} user=nexus dbname={address}"
    command = [sys.executable, "-c", HOLD[kind], address, str(WRITE_LOCK)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield
        process.kill()


def test_another_process_holding_the_lock_is_one_clear_failure_after_a_bounded_wait(new_url: NewUrl) -> None:
    database = Database(new_url(), lock_wait=0.5)
    with held_by_another_process(database):
        started = time.monotonic()
        assert failure_of(database).code is Failure.DATABASE_LOCKED
        assert 0.4 < time.monotonic() - started < 5
        assert count(database) == 0
    add_one(database)
    assert count(database) == 1
    database.close()


def test_a_write_waits_for_another_process_that_is_soon_done(database: Database) -> None:
    with held_by_another_process(database):
        writer = threading.Thread(target=add_one, args=(database,))
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
    writer.join(10)
    assert count(database) == 1


def test_more_readers_than_connections_wait_and_then_fail_clearly(new_url: NewUrl) -> None:
    database = Database(new_url(), pool_size=1, lock_wait=0.2)
    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(lambda _n: slow_read(database), range(6)))
    assert set(results) <= {"read", Failure.DATABASE_LOCKED}
    assert Failure.DATABASE_LOCKED in results
    database.close()


def slow_read(database: Database) -> str:
    try:
        with database.read() as session:
            session.scalar(select(func.count()).select_from(Subject))
            time.sleep(0.6)
    except Unavailable as error:
        return error.code
    return "read"


def test_a_deleted_sqlite_file_is_gone_and_not_quietly_made_anew(sqlite_database: Database) -> None:
    path = Path(sqlite_database.url.database or "")
    add_one(sqlite_database)
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    assert failure_of(sqlite_database).code is Failure.DATABASE_GONE
    with pytest.raises(Unavailable) as caught:
        check_connection(sqlite_database)
    assert caught.value.code is Failure.DATABASE_GONE
    assert not path.exists()


def test_a_replaced_sqlite_file_is_used_from_then_on(sqlite_database: Database, sqlite_template: Path) -> None:
    path = Path(sqlite_database.url.database or "")
    add_one(sqlite_database)
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    path.write_bytes(sqlite_template.read_bytes())
    assert count(sqlite_database) == 0
    add_one(sqlite_database)
    assert sqlite3.connect(path).execute("SELECT count(*) FROM subjects").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"this is not a database " * 400, b"SQLite format 3\x00" + b"\xff" * 8176])
def test_a_damaged_sqlite_file_is_gone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "nexus.sqlite"
    path.write_bytes(content)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(Unavailable) as caught:
        check_connection(database)
    assert caught.value.code is Failure.DATABASE_GONE
    assert path.read_bytes() == content
    database.close()


def test_a_full_disk_is_said_so_and_loses_nothing(sqlite_database: Database) -> None:
    add_one(sqlite_database)
    with pytest.raises(Unavailable) as caught, sqlite_database.write() as session:
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count={pages}"))
        session.add_all(Subject(grade=1, name="x" * 80, code=f"code_{number}") for number in range(2000))
    assert caught.value.code is Failure.DISK_FULL
    assert count(sqlite_database) == 1


def test_a_new_file_that_another_program_is_writing_is_waited_for(tmp_path: Path) -> None:
    """SQLite does not wait by itself here: a file not yet in WAL mode, its writer holding a read lock as well."""
    path = tmp_path / "nexus.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.executescript("CREATE TABLE first (id INTEGER); BEGIN IMMEDIATE; SELECT * FROM first")
    threading.Timer(0.3, other.commit).start()
    database = Database(f"sqlite:///{path}")
    check_connection(database)
    database.close()
    other.close()


def test_sqlite_is_set_up_to_survive_a_power_cut(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        settings = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert settings == ["wal", 2, 1]


def test_a_postgresql_server_that_is_not_there_is_gone(tmp_path: Path) -> None:
    database = Database(f"postgresql+psycopg://nexus@/none?host={tmp_path}")
    with pytest.raises(Unavailable) as caught:
        check_connection(database)
    assert caught.value.code is Failure.DATABASE_GONE
    database.close()


def test_a_postgresql_connection_cut_in_mid_write_is_gone_and_the_next_write_works(
    postgresql_server: postgresql.Server, postgresql_template: str
) -> None:
    postgresql_server.execute(f"CREATE DATABASE cut TEMPLATE {postgresql_template}")
    database = Database(postgresql_server.url("cut"))
    with pytest.raises(Unavailable) as caught, database.write() as session:
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        postgresql_server.execute(f"SELECT pg_terminate_backend({backend})")
        time.sleep(0.2)
        session.add(subject())
    assert caught.value.code is Failure.DATABASE_GONE
    add_one(database)
    assert count(database) == 1
    database.close()
    postgresql_server.execute("DROP DATABASE cut WITH (FORCE)")


def test_sqlstates_mean_what_the_manual_says() -> None:
    from nexus_appliance.storage.failures import failure_of as meaning

    assert meaning(psycopg.errors.DiskFull()) is Failure.DISK_FULL
    assert meaning(psycopg.errors.TooManyConnections()) is Failure.DATABASE_LOCKED
    assert meaning(psycopg.errors.DeadlockDetected()) is Failure.DATABASE_LOCKED
    assert meaning(psycopg.errors.AdminShutdown()) is Failure.DATABASE_GONE
    assert meaning(psycopg.errors.UndefinedTable()) is None
    assert meaning(ValueError()) is None


WRITE = """
import sys
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Subject
with Database(sys.argv[1]).write() as session:
    session.add(Subject(grade=1, name="a", code="a"))
    session.flush()
    print("written", flush=True)
    sys.stdin.read()
"""


def test_a_writer_killed_in_mid_transaction_leaves_nothing_behind(database: Database) -> None:
    add_one(database)
    command = [sys.executable, "-c", WRITE, database.url.render_as_string(hide_password=False)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.kill()
    with database.write() as session:
        session.add(subject(3))
    assert count(database) == 2
