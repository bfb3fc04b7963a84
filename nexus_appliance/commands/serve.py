"""`nexus serve`: the server of the school."""

import asyncio
from typing import TYPE_CHECKING

import click

from nexus_appliance.commands.running import fail
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.operations.channel import ChannelServer

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


@click.command("serve")
def serve_command() -> None:
    """Start the server; it runs until it is interrupted."""
    from nexus_appliance.appliance import Appliance
    from nexus_appliance.commands.table import dispatch_to
    from ui.serve import require_free_port, serve

    try:
        config = Config.load()
        require_free_port(config)
        appliance = Appliance.build(config)
    except NexusError as failure:
        fail(failure)
    channel = ChannelServer(config.home, dispatch_to(appliance))

    async def welcome() -> None:
        await asyncio.to_thread(_welcome, appliance)

    starting = [appliance.start, channel.start, welcome]
    serve(appliance, starting=starting, stopping=[channel.close, appliance.close])


def _welcome(appliance: "Appliance") -> None:
    """Tell the console where the server is found; `echo` flushes, so that a log file has it at once."""
    from ui.welcome import welcome_lines

    for line in welcome_lines(appliance):
        click.echo(line)
