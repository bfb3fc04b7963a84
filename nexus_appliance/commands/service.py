"""`nexus service`: what the service manager of Windows starts."""

import sys

import click

from nexus_appliance.program import command_line


@click.command("service")
def service_command() -> None:
    """Run the server as a service of Windows; the installer sets it up."""
    from nexus_appliance.operations.windows_service import Child, host

    if sys.platform != "win32":
        raise click.UsageError("this verb is for Windows; on Linux systemd runs `nexus serve`")
    host(Child(command_line()))
