"""Bring a database to the newest revision of the schema. Rows are kept; SQLite files are copied first."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.failures import translated
from nexus_appliance.storage.sqlite import copy_file, create_file

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database, target: str = "head") -> str:
    """Upgrade to `target` and return its revision. A missing SQLite file is created, an old one copied first.

    Raises `Invalid` (database_newer) when a newer program wrote the database, `Unavailable` when it cannot be reached,
    is full or locked. On failure the database stays as it was.
    """
    _prepare(database)
    before = require_known(database)
    wanted = str(_scripts().as_revision_number(target))
    if before != wanted:
        if before is not None:
            _keep_copy(database, before)
        with translated(), _writing(database) as connection:
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, target)
    return wanted


def current_revision(database: Database) -> str | None:
    """The revision of the database; None when it holds nothing of ours yet. Raises `Unavailable`."""
    with translated(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this program needs."""
    return str(_scripts().get_current_head())


def require_known(database: Database) -> str | None:
    """The revision of the database; raises `Invalid` (database_newer) when this program does not know it."""
    revision = current_revision(database)
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise Invalid(Failure.DATABASE_NEWER, revision=revision, newest=newest_revision())
    return revision


def copy_path(database: Database, revision: str) -> Path:
    """Where the copy of a SQLite file of `revision` is kept when it is upgraded."""
    path = Path(database.url.database or "")
    return path.with_name(f"{path.name}.before-{revision}")


def _prepare(database: Database) -> None:
    path = Path(database.url.database or "")
    if database.is_sqlite and not path.exists():
        with _file_failures(path):
            create_file(path)


def _keep_copy(database: Database, revision: str) -> None:
    """PostgreSQL is backed up by those who run it."""
    path = Path(database.url.database or "")
    if database.is_sqlite:
        with translated(), _file_failures(path):
            copy_file(path, copy_path(database, revision))


@contextmanager
def _file_failures(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        code = Failure.DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else Failure.HOME_NOT_WRITABLE
        raise Unavailable(code, folder=str(path.parent), reason=str(error)) from error


@contextmanager
def _writing(database: Database) -> Iterator[Connection]:
    """One transaction. SQLite alters a table by dropping it, which must not cascade: keys are checked at the end."""
    with database.engine.connect().execution_options(nexus_write=True) as connection:
        driver = connection.connection.driver_connection
        if database.is_sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                _check_keys(database, connection)
        finally:
            connection.invalidate()  # the next one starts with its keys on


def _check_keys(database: Database, connection: Connection) -> None:
    if database.is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise RuntimeError(f"a migration left a row of {broken[0]} without the row it points to")


def _alembic() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_alembic())
