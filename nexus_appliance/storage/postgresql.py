"""PostgreSQL: a pool of connections, one writing transaction at a time as on SQLite."""

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL

WRITE_LOCK = 0x6E65787573
"""Key of the advisory lock that a writing transaction holds ("nexus" in ASCII)."""

CONNECT_WAIT = 10
"""Seconds until a database server that does not answer counts as gone."""


def postgresql_engine(url: URL, pool_size: int, lock_wait: float) -> Engine:
    """An engine whose writes wait at most `lock_wait` seconds for another process."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=2,
        pool_pre_ping=True,
        pool_timeout=lock_wait,
        connect_args={
            "connect_timeout": CONNECT_WAIT,
            "options": f"-c timezone=UTC -c lock_timeout={int(lock_wait * 1000)}",
        },
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Only a connection that says so may write; then no check it makes can be overtaken by another writer."""
    if connection.get_execution_options().get("nexus_write", False):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITE_LOCK})
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
