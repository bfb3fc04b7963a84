"""`nexus subject`: the subjects of the school."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.running import Arguments, execute, json_option
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


async def add(appliance: "Appliance", arguments: Arguments, _report: Report) -> Any:
    """Add the subject `name` of `grade`."""
    view = await asyncio.to_thread(appliance.subjects.add, OPERATOR, arguments["grade"], arguments["name"])
    return plain(view)


async def list_all(appliance: "Appliance", _arguments: Arguments, _report: Report) -> Any:
    """All subjects."""
    return [plain(view) for view in await asyncio.to_thread(appliance.subjects.list, OPERATOR)]


@click.group("subject")
def subject_group() -> None:
    """Add and list subjects."""


@subject_group.command("add")
@click.option("--grade", type=int, required=True, help="Grade, 1 to 12.")
@click.option("--name", required=True, help="Name as students know it, such as Fisika.")
@json_option
def add_command(grade: int, name: str, as_json: bool) -> None:
    """Add a subject; its code is made from its name and grade."""
    result = execute("subject add", add, {"grade": grade, "name": name}, as_json=as_json)
    if not as_json:
        click.echo(result["code"])


@subject_group.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """List the subjects with their codes."""
    result = execute("subject list", list_all, {}, as_json=as_json)
    for view in [] if as_json else result:
        click.echo(f"{view['code']:<28} {view['grade']:>2}  {view['name']}")
