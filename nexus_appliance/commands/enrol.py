"""`nexus enrol`: take up the publisher's invitation, on a machine without a desktop."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.running import Arguments, execute, json_option
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


async def enrol(appliance: "Appliance", arguments: Arguments, _report: Report) -> Any:
    """Who the school is for its publisher now."""
    return plain(await asyncio.to_thread(appliance.sharing.enrol, OPERATOR, arguments["invitation"]))


@click.command("enrol")
@click.argument("invitation")
@json_option
def enrol_command(invitation: str, as_json: bool) -> None:
    """Enrol this school with the INVITATION that its publisher has sent."""
    result = execute("enrol", enrol, {"invitation": invitation}, as_json=as_json)
    if not as_json:
        click.echo(result["school"])
