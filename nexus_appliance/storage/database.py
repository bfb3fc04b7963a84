"""One database: SQLite by default, PostgreSQL by URL. One writer at a time; a write announces what it changed."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.storage.failures import translated
from nexus_appliance.storage.postgresql import postgresql_engine
from nexus_appliance.storage.sqlite import sqlite_engine

Listener = Callable[[frozenset[str]], None]
"""Called after a commit, in the writer's thread, with the names of the topics that changed; it must not block."""

LOCK_WAIT = 10.0
"""Seconds a write waits for another writer, in this process or in another one."""

log = logging.getLogger(__name__)


class Database:
    """Sessions on one database. Only the server process writes; `lock_wait` is in seconds."""

    def __init__(self, url: str, *, pool_size: int = 8, lock_wait: float = LOCK_WAIT) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        build = sqlite_engine if self.is_sqlite else postgresql_engine
        self.engine = build(self.url, pool_size, lock_wait)
        self._lock_wait = lock_wait
        self._writer = threading.Lock()
        self._listeners: list[Listener] = []

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and cannot change it.

        Raises `Unavailable` (database_locked, database_gone).
        """
        with translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One write transaction: committed at the end, rolled back on any exception; then listeners are told.

        Writes run one after another, so a check made inside still holds at the commit. Name what changed with
        `announce(session, topic)`. Raises `Unavailable` (database_locked, database_gone, disk_full).
        """
        with self._turn(), translated(), Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"nexus_write": True})
            yield session
            session.commit()
            topics = frozenset(session.info.get("topics", ()))
        if topics:
            self.tell(topics)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each commit that announced something; the result unsubscribes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Writers queue here first: SQLite's file lock is polled and unfair, a thread's lock is neither."""
        if not self._writer.acquire(timeout=self._lock_wait):
            raise Unavailable(Failure.DATABASE_LOCKED, reason="another write takes too long")
        try:
            yield
        finally:
            self._writer.release()

    def tell(self, topics: frozenset[str]) -> None:
        """Call the listeners; without a commit, for progress that is kept in memory alone."""
        for listener in tuple(self._listeners):
            try:
                listener(topics)
            except Exception:  # the commit is done: a listener's mistake must not look like a failed write
                log.exception("a listener failed on %s", sorted(topics))


def announce(session: Session, *topics: str) -> None:
    """Tell the listeners of the database after the commit of this session that `topics` changed."""
    session.info.setdefault("topics", set()).update(topics)


def check_connection(database: Database) -> None:
    """Raise `Unavailable` (database_locked, database_gone) unless the database answers."""
    with database.read() as session:
        session.execute(text("SELECT 1"))
