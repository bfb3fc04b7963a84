"""`nexus model`: the language models that this machine may run."""

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.running import fail, json_option, print_json
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.inference import catalogue


@click.group("model")
def model_group() -> None:
    """List and verify language models."""


@model_group.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """List the models of the catalogue; the chosen one has a star."""
    try:
        chosen = catalogue.chosen(Config.load())
    except NexusError as failure:
        fail(failure, as_json=as_json)
    known = {**catalogue.models(), chosen.id: chosen}
    if as_json:
        print_json([{**plain(model), "chosen": model == chosen} for model in known.values()])
        return
    for model in known.values():
        click.echo(f"{'*' if model == chosen else ' '} {model.id:<40} {model.size / 1e9:>5.2f} GB  {model.licence}")


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
