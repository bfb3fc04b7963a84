"""`nexus migrate`: the database at its newest revision, or all of it in another database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from nexus_appliance.commands.progress_line import ProgressLine
from nexus_appliance.commands.running import fail, json_option, print_json
from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, NexusError
from nexus_appliance.storage.home import Home

if TYPE_CHECKING:
    from nexus_appliance.storage.database import Database


@click.command("migrate")
@click.option("--to", "url", help="Copy everything into this empty database, as postgresql+psycopg://USER@HOST/NAME.")
@json_option
def migrate_command(url: str | None, as_json: bool) -> None:
    """Bring the database to the newest revision; a starting server does the same."""
    try:
        config = Config.load()
        with owned(config), opened(config.database) as source:
            result = {"revision": _upgrade(source)} if url is None else {"rows": _move(source, url)}
    except NexusError as failure:
        fail(failure, as_json=as_json)
    if as_json:
        print_json(result)
    elif url is None:
        click.echo(result["revision"])
    else:
        click.echo(f"{result['rows']} rows copied and compared. Set NEXUS_DATABASE_URL to the new database and start.")


@contextmanager
def owned(config: Config) -> Iterator[None]:
    """The data folder for this process alone; raises `Unavailable` (home_in_use) beside a server."""
    home = Home(config.home)
    try:
        yield
    finally:
        home.close()


@contextmanager
def opened(url: str) -> Iterator["Database"]:
    """A database; raises `Invalid` (setting_invalid) for an address that is none, without showing its password."""
    from nexus_appliance.storage.database import Database

    try:
        database = Database(url)
    except Exception as error:  # SQLAlchemy and the drivers have a kind of their own for each mistake in an address
        raise Invalid(Failure.SETTING_INVALID, name="database_url", value=url.partition(":")[0]) from error
    try:
        yield database
    finally:
        database.close()


def _upgrade(database: "Database") -> str:
    from nexus_appliance.storage.migrate import upgrade

    return upgrade(database)


def _move(source: "Database", url: str) -> int:
    from nexus_appliance.storage.moving import move

    with opened(url) as target, ProgressLine() as report:
        moved = move(
            source,
            target,
            lambda table, done, total: report({"stage": table, "done": done, "total": total, "seconds_left": None}),
        )
    return sum(moved.values())
