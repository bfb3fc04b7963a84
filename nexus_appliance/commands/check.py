"""`nexus check`: the state of this machine, and the settings in force."""

import dataclasses
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.running import fail, json_option, print_json
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.storage.home import is_owned
from ui.i18n import speak
from ui.school_words import check_sentence

if TYPE_CHECKING:
    from nexus_appliance.operations.checks import Check

MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failure": ("✗", "red")}


@click.command("check")
@click.option("--settings", is_flag=True, help="List every setting with its value, unit and reason instead.")
@json_option
def check_command(settings: bool, as_json: bool) -> None:
    """Check this machine; exit code 1 when something must be mended before the server can run."""
    from nexus_appliance.operations.checks import check_machine

    try:
        config = Config.load()
    except NexusError as failure:
        fail(failure, as_json=as_json)
    if settings:
        _print_settings(config, as_json=as_json)
        return
    checks = check_machine(config, serving=is_owned(config.home))
    tell(config, checks, lambda check: check_sentence(check.name, check.verdict, check.values), as_json=as_json)


def tell(config: Config, checks: Sequence["Check"], sentence: Callable[["Check"], str], *, as_json: bool) -> NoReturn:
    """Print findings, each with its mark, and exit; the code is 1 when one of them is a failure."""
    if as_json:
        print_json(plain(checks))
    else:
        speak(config.language)
        for check in checks:
            mark, colour = MARKS[check.verdict]
            click.secho(f"{mark} ", fg=colour, nl=False)
            click.echo(sentence(check))
    sys.exit(any(check.verdict == "failure" for check in checks))


def _print_settings(config: Config, *, as_json: bool) -> None:
    rows = [_setting(config, field) for field in dataclasses.fields(config)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"NEXUS_{row['name'].upper():<24} {row['value']!s:<40} {row['unit']:<14} {row['reason']}")


def _setting(config: Config, field: dataclasses.Field[Any]) -> dict[str, Any]:
    value = getattr(config, field.name)
    shown = "***" if field.metadata["secret"] and value else plain(value)
    default = None if field.name == "home" else plain(field.default)
    return {"name": field.name, "value": shown, "default": default, **field.metadata}
