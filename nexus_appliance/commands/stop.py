"""`nexus stop`: end the running server of this data folder; nothing is lost."""

import asyncio
import signal
import time
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.running import Arguments, fail, json_option, print_json, unreported
from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.operations import channel
from nexus_appliance.operations.channel import Report
from nexus_appliance.storage.home import is_owned

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance

PATIENCE = 60.0
"""Seconds in which a server ends: open pages are told, running books go on at the next start."""

REPLY = 0.2
"""Seconds that the answer to this verb has before the server ends."""


async def stop(_appliance: "Appliance", _arguments: Arguments, _report: Report) -> dict[str, Any]:
    """In the server: end as at a `SIGTERM`, which every system can raise in its own process."""
    asyncio.get_running_loop().call_later(REPLY, signal.raise_signal, signal.SIGTERM)
    return {"stopping": True}


@click.command("stop")
@json_option
def stop_command(as_json: bool) -> None:
    """Stop the running server and wait until it has ended; without one there is nothing to do."""
    try:
        config = Config.load()
        was_running = is_owned(config.home)
        if was_running:
            asyncio.run(channel.call(config.home, "stop", {}, unreported))
            _wait(config)
    except NexusError as failure:
        fail(failure, as_json=as_json)
    if as_json:
        print_json({"stopped": was_running})
    else:
        click.echo("stopped" if was_running else "no server was running")


def _wait(config: Config) -> None:
    until = time.monotonic() + PATIENCE
    while is_owned(config.home):
        if time.monotonic() > until:
            raise Unavailable(Failure.HOME_IN_USE, home=str(config.home))
        time.sleep(0.1)
