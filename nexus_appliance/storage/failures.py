"""The drivers' words for "locked", "full" and "gone" become ours; programming errors stay what they are."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from nexus_appliance.errors import Failure, Unavailable

SQLITE = {
    sqlite3.SQLITE_BUSY: Failure.DATABASE_LOCKED,
    sqlite3.SQLITE_LOCKED: Failure.DATABASE_LOCKED,
    sqlite3.SQLITE_FULL: Failure.DISK_FULL,
    sqlite3.SQLITE_CANTOPEN: Failure.DATABASE_GONE,
    sqlite3.SQLITE_CORRUPT: Failure.DATABASE_GONE,
    sqlite3.SQLITE_IOERR: Failure.DATABASE_GONE,
    sqlite3.SQLITE_NOTADB: Failure.DATABASE_GONE,
    sqlite3.SQLITE_PERM: Failure.DATABASE_GONE,
    sqlite3.SQLITE_READONLY: Failure.DATABASE_GONE,  # the file belongs to somebody else, or was moved
}
"""Primary result codes of SQLite, https://www.sqlite.org/rescode.html"""

POSTGRESQL = {
    "08": Failure.DATABASE_GONE,  # connection exception
    "28": Failure.DATABASE_GONE,  # invalid authorization
    "3D": Failure.DATABASE_GONE,  # no such database
    "40": Failure.DATABASE_LOCKED,  # deadlock, serialization
    "53": Failure.DATABASE_LOCKED,  # too many connections, out of memory
    "53100": Failure.DISK_FULL,
    "55P03": Failure.DATABASE_LOCKED,  # lock_timeout
    "57": Failure.DATABASE_GONE,  # the server is being shut down
    "58": Failure.DATABASE_GONE,  # its disk fails
    "XX": Failure.DATABASE_GONE,  # its files are damaged
}
"""SQLSTATE codes and classes, https://www.postgresql.org/docs/current/errcodes-appendix.html"""


@contextmanager
def translated() -> Iterator[None]:
    """Raise `Unavailable` (database_locked, database_gone, disk_full) for what the drivers and the pool raise."""
    try:
        yield
    except DBAPIError as error:
        failure = failure_of(error.orig)
        if failure is None:
            raise
        raise Unavailable(failure, reason=str(error.orig)) from error
    except PoolTimeout as error:
        raise Unavailable(Failure.DATABASE_LOCKED, reason=str(error)) from error
    except sqlite3.Error as error:
        failure = failure_of(error)
        if failure is None:
            raise
        raise Unavailable(failure, reason=str(error)) from error


def failure_of(error: BaseException | None) -> Failure | None:
    """What a driver's exception means; None when it is a mistake of ours."""
    if isinstance(error, sqlite3.Error):
        return SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if not isinstance(error, psycopg.Error):
        return None
    if error.sqlstate is None:  # no answer came: the connection is lost
        return Failure.DATABASE_GONE if isinstance(error, psycopg.OperationalError) else None
    return POSTGRESQL.get(error.sqlstate) or POSTGRESQL.get(error.sqlstate[:2])
