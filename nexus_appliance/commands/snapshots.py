"""`nexus snapshot`: a proved copy of a stopped school's data, before its program is exchanged, and the way back."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from nexus_appliance.commands.migrate import opened, owned
from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.progress_line import ProgressLine
from nexus_appliance.commands.running import fail, json_option, print_json
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError


@click.group("snapshot")
def snapshot_group() -> None:
    """Take a snapshot of the data, list them, go back to one; the server must be stopped."""


@snapshot_group.command("take")
@json_option
def take_command(as_json: bool) -> None:
    """Copy the data into the data folder's copies and prove the copy; the last three are kept."""
    from nexus_appliance.storage.snapshots import take

    with told(as_json=as_json):
        config = Config.load()
        with owned(config), opened(config.database) as database, ProgressLine() as report:
            taken = take(
                config.home,
                database,
                lambda done, total: report({"stage": "copy", "done": done, "total": total, "seconds_left": None}),
            )
    if as_json:
        print_json(plain(taken))
    else:
        click.echo(f"{taken.name}: {taken.files} files, {taken.size / 1e6:.0f} MB")


@snapshot_group.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """The snapshots, the newest first."""
    from nexus_appliance.storage.snapshots import snapshots

    with told(as_json=as_json):
        found = snapshots(Config.load().home)
    if as_json:
        print_json(plain(found))
    for one in () if as_json else found:
        click.echo(f"{one.name}\t{one.files} files\t{one.size / 1e6:.0f} MB")


@snapshot_group.command("restore")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def restore_command(name: str, yes: bool, as_json: bool) -> None:
    """Put the data back as they were; those of now stay in copies/replaced until the next restore."""
    from nexus_appliance.storage.snapshots import restore

    if not (yes or as_json):
        click.confirm("Everything that came after this snapshot leaves the school's data. Go on?", abort=True)
    with told(as_json=as_json):
        config = Config.load()
        with owned(config):
            restore(config.home, name)
    if as_json:
        print_json({"restored": name})
    else:
        click.echo(f"The data are those of {name} again.")


@contextmanager
def told(*, as_json: bool) -> Iterator[None]:
    """Tell an expected failure and leave with exit code 1."""
    try:
        yield
    except NexusError as failure:
        fail(failure, as_json=as_json)
