"""One database: SQLite by default, PostgreSQL by URL. Reads are plain; writes begin IMMEDIATE and announce changes."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Unavailable

Listener = Callable[[frozenset[str]], None]
"""Called after a commit, in the writer's thread, with the names of the topics that changed."""

LOCK_WAIT = 10.0
"""Seconds a write waits for another process that holds SQLite's write lock."""


class Database:
    """Sessions on one database. Only the server process writes."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url, pool_size)
        self._writer = threading.Lock()
        self._listeners: list[Listener] = []

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; raises `Unavailable` (database_locked, database_gone)."""
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One write transaction: committed at the end, rolled back on any exception; then listeners are told.

        Name what changed with `announce(session, topic)`. Raises `Unavailable` as `read` does.
        """
        with _translated(), self._write_lock(), Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"nexus_write": True})
            yield session
            session.commit()
            topics = frozenset(session.info.get("topics", ()))
        if topics:
            for listener in tuple(self._listeners):
                listener(topics)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each commit that announced something; the result unsubscribes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _write_lock(self) -> Iterator[None]:
        """SQLite has one writer: queue inside the process, so that its file lock is never contended by ourselves."""
        if not self.is_sqlite:
            yield
            return
        with self._writer:
            yield


def announce(session: Session, *topics: str) -> None:
    """Tell the listeners of the database after the commit of this session that `topics` changed."""
    session.info.setdefault("topics", set()).update(topics)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LOCK_WAIT})

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the begin listener below starts transactions itself
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: object) -> None:
        writes = connection.get_execution_options().get("nexus_write")  # type: ignore[attr-defined]
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")  # type: ignore[attr-defined]

    return engine


def _postgresql(url: str, pool_size: int) -> Engine:
    return create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, pool_timeout=LOCK_WAIT)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's word for "locked" and "gone" into ours; programming errors stay what they are."""
    try:
        yield
    except OperationalError as error:
        raise _failure(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(Failure.DATABASE_GONE, reason=str(error.orig)) from error
        raise
    except SQLAlchemyError as error:
        if "QueuePool limit" in str(error):
            raise Unavailable(Failure.DATABASE_LOCKED, reason="pool") from error
        raise


def _failure(error: OperationalError) -> Unavailable:
    reason = str(error.orig)
    if "locked" in reason or "lock timeout" in reason:
        return Unavailable(Failure.DATABASE_LOCKED, reason=reason)
    if "full" in reason:
        return Unavailable(Failure.DISK_FULL, reason=reason)
    return Unavailable(Failure.DATABASE_GONE, reason=reason)


def check_connection(database: Database) -> None:
    """Raise `Unavailable` (database_gone) unless the database answers."""
    with database.read() as session:
        session.execute(text("SELECT 1"))
