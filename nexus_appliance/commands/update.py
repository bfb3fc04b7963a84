"""`nexus update`: look for new material, on the channel or in a folder such as a stick."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.progress_line import ProgressLine
from nexus_appliance.commands.running import Arguments, execute, json_option
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance

POLL = 0.3
"""Seconds between two looks at the progress."""


async def update(appliance: "Appliance", arguments: Arguments, report: Report) -> Any:
    """Look at the channel, or at the folder `from`; what came in, what did not, and the bytes received."""
    folder = Path(arguments["from"]) if arguments["from"] else None
    look = asyncio.create_task(asyncio.to_thread(appliance.updates.look, OPERATOR, folder))
    while not look.done():
        await asyncio.wait([look], timeout=POLL)
        progress = appliance.following.progress
        if progress.stage:
            report({"stage": progress.stage, "done": progress.done, "total": progress.total, "seconds_left": None})
    return plain(await look)


@click.command("update")
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, resolve_path=True), help="A stick.")
@json_option
def update_command(folder: str | None, as_json: bool) -> None:
    """Look for new material now, and wait until it answers."""
    result = execute("update", update, {"from": folder}, as_json=as_json, view=ProgressLine())
    if not as_json:
        kilobytes = result["received"] / 1000
        files = f", {result['files']} models or programs" if result["files"] else ""
        click.echo(f"{result['installed']} in{files}, {result['failed']} failed, {kilobytes:.0f} kB received")
