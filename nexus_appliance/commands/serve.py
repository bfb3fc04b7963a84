"""`nexus serve`: the server of the school."""

import asyncio
from typing import TYPE_CHECKING

import click

from nexus_appliance.commands.running import fail
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.operations.channel import ChannelServer
from nexus_appliance.operations.service_manager import Life

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


@click.command("serve")
def serve_command() -> None:
    """Start the server; it runs until it is interrupted."""
    from nexus_appliance.appliance import Appliance
    from nexus_appliance.commands.table import dispatch_to
    from nexus_appliance.operations.ports import keep_port, settled
    from ui.serve import serve

    try:
        config = settled(Config.load())
        appliance = Appliance.build(config)
        keep_port(config)
    except NexusError as failure:
        fail(failure)
    channel = ChannelServer(config.home, dispatch_to(appliance))

    async def welcome() -> None:
        await asyncio.to_thread(_welcome, appliance)

    life = Life(config.host, config.port)
    starting = [appliance.start, channel.start, welcome, life.begin]
    serve(appliance, starting=starting, stopping=[life.end, channel.close, appliance.close])


def _welcome(appliance: "Appliance") -> None:
    """Tell the console where the server is found; `echo` flushes, so that a log file has it at once."""
    from ui.welcome import welcome_lines

    for line in welcome_lines(appliance):
        click.echo(line)
