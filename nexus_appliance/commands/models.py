"""`nexus model`: the language models that this machine may run."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.running import Arguments, execute, fail, json_option, print_json
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.inference import catalogue
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


@click.group("model")
def model_group() -> None:
    """List, choose and verify language models."""


@model_group.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """List the models of the catalogue; the chosen one has a star."""
    try:
        config = Config.load()
        chosen = catalogue.chosen(config)
        known = {**catalogue.known(config), chosen.id: chosen}
    except NexusError as failure:
        fail(failure, as_json=as_json)
    if as_json:
        print_json([{**plain(model), "chosen": model == chosen} for model in known.values()])
        return
    for model in known.values():
        click.echo(f"{'*' if model == chosen else ' '} {model.id:<40} {model.size / 1e9:>5.2f} GB  {model.licence}")


async def use(appliance: "Appliance", arguments: Arguments, _report: Report) -> Any:
    """Change to a model; the one in use before."""
    before = appliance.scheduler.status().model
    await asyncio.to_thread(appliance.models.switch, OPERATOR, arguments["model"])
    return {"model": arguments["model"], "before": before}


@model_group.command("use")
@click.argument("model")
@json_option
def use_command(model: str, as_json: bool) -> None:
    """Change to MODEL, also while the server runs: the question in hand is answered by the one before."""
    result = execute("model use", use, {"model": model}, as_json=as_json)
    if not as_json:
        click.echo(f"{result['model']} (before: {result['before']})")


@model_group.command("verify")
@json_option
def verify_command(as_json: bool) -> None:
    """Check the file of the chosen model against its sha256."""
    try:
        config = Config.load()
        model, path = catalogue.chosen(config), catalogue.locate(config)
        catalogue.verify(path, model.sha256)
    except NexusError as failure:
        fail(failure, as_json=as_json)
    if as_json:
        print_json({"model": model.id, "file": str(path), "verified": True})
    else:
        click.echo(f"{model.id}: {path}")
