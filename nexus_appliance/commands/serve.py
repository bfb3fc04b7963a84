"""`nexus serve`: the server of the school."""

import click

from nexus_appliance.commands.running import fail
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.operations.channel import ChannelServer


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
    serve(appliance, starting=[appliance.start, channel.start], stopping=[channel.close, appliance.close])
