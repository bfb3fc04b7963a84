"""`nexus switch`: change to the newer program that the server asks for; systemd runs it as root."""

import os
import sys
from pathlib import Path

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.running import fail, json_option, print_json
from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, NexusError, Unavailable


@click.command("switch")
@json_option
def switch_command(as_json: bool) -> None:
    """Copy the data, change to the program that came by the channel, and back again if it does not serve. For root."""
    from nexus_appliance.distribution.following import PINNED_ROOT
    from nexus_appliance.distribution.shelf import PROGRAMS, Shelf
    from nexus_appliance.distribution.switcher import Switcher
    from nexus_appliance.operations.systemd import Systemd
    from nexus_appliance.storage.schema import utc_now

    if sys.platform == "win32" or os.geteuid() != 0:
        raise click.UsageError("this verb is for root on Linux; nexus-update.service runs it")
    # NOTE: not the data folder's own settings, which the server's user can write
    pinned = Path(os.environ.get("NEXUS_CHANNEL_ROOT") or PINNED_ROOT)
    try:
        config = Config.load()
        root = _read(pinned)
        outcome = Switcher(config.home, Shelf(PROGRAMS), root, Systemd(config), utc_now()).run()
    except NexusError as failure:
        fail(failure, as_json=as_json)
    if as_json:
        print_json(plain(outcome))
    elif outcome is not None:
        click.echo(f"{outcome.version}: {outcome.failure or 'in use'}")


def _read(root: Path) -> bytes:
    try:
        return root.read_bytes()
    except OSError as error:
        raise Unavailable(Failure.CHANNEL_UNSET) from error
