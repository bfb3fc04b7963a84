"""SQLite: one file, opened so that it is never created by accident and every commit survives a power cut."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

Identity = tuple[int, int]


def sqlite_engine(url: URL, pool_size: int, lock_wait: float) -> Engine:
    """An engine on an existing file; a write waits `lock_wait` seconds for another process."""
    path = Path(url.database or "").absolute()

    def connect() -> sqlite3.Connection:
        return _open(path, lock_wait)

    engine = create_engine(
        url,
        creator=connect,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=lock_wait,
    )
    _notice_a_replaced_file(engine, path)
    event.listen(engine, "begin", _begin)
    return engine


def create_file(path: Path) -> None:
    """Make an empty database file where there is none; its folder too. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


def copy_file(source: Path, target: Path) -> None:
    """A consistent, durable copy of a database in use; `target` appears whole or not at all. Raises sqlite3.Error."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        original = sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=10.0)
        with closing(original), closing(sqlite3.connect(partial)) as copy:
            original.backup(copy)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _open(path: Path, lock_wait: float) -> sqlite3.Connection:
    """isolation_level None: `_begin` starts transactions itself. mode=rw: a file that is gone stays gone."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=lock_wait, isolation_level=None, check_same_thread=False
    )
    try:
        _write_ahead(connection, lock_wait)
        for pragma in ("foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection, lock_wait: float) -> None:
    """Two programs that switch a new file at once: SQLite fails one of them at once, whatever its timeout says."""
    until = time.monotonic() + lock_wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    """Only a connection that says so may write: a deferred transaction that writes later meets "database is locked"."""
    writes = connection.get_execution_options().get("nexus_write", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _notice_a_replaced_file(engine: Engine, path: Path) -> None:
    """An open connection goes on writing into a deleted file: compare the file's identity at each checkout."""

    @event.listens_for(engine, "connect")
    def connect(_connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def checkout(_connection: sqlite3.Connection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if entry.info["file"] != _identity(path):
            raise DisconnectionError("the database file was removed or replaced")


def _identity(path: Path) -> Identity | None:
    with suppress(OSError):
        status = path.stat()
        return status.st_dev, status.st_ino
    return None
