"""Run a verb: in the running server of the data folder if there is one, else on the folder itself.

The verbs import the rooms they need when they run: a word to a running server should not load a database first.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NoReturn

import click

from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.operations import channel
from nexus_appliance.operations.channel import Report
from nexus_appliance.storage.home import is_owned
from ui.i18n import speak
from ui.words import sentence

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance

Arguments = dict[str, Any]
Verb = Callable[["Appliance", Arguments, Report], Awaitable[Any]]


def unreported(_event: Arguments) -> None:
    """Where nobody waits for progress."""


UNSEEN = nullcontext(unreported)


def execute(
    name: str, verb: Verb, arguments: Arguments, *, as_json: bool, view: AbstractContextManager[Report] = UNSEEN
) -> Any:
    """The result of a verb; an expected failure is told in words (or as JSON) and ends the program with code 1.

    `view` shows what the verb reports; it is closed before the result or the failure is told.
    """
    try:
        config = Config.load()
        with view as report:
            result = asyncio.run(_run(config, name, verb, arguments, report))
    except NexusError as failure:
        fail(failure, as_json=as_json)
    if as_json:
        print_json(result)
    return result


async def _run(config: Config, name: str, verb: Verb, arguments: Arguments, report: Report) -> Any:
    if is_owned(config.home):
        return await channel.call(config.home, name, arguments, report)
    from nexus_appliance.appliance import Appliance

    appliance = await asyncio.to_thread(Appliance.build, config)
    try:
        return await verb(appliance, arguments, report)
    finally:
        await appliance.close()


def print_json(result: Any) -> None:
    """Print plain values as JSON, for programs."""
    print(json.dumps(result, ensure_ascii=False, indent=2))


def fail(failure: NexusError, *, as_json: bool = False) -> NoReturn:
    """Tell an expected failure and leave with exit code 1."""
    speak(_language())
    if as_json:
        print_json({"error": failure.code, "values": failure.values, "message": sentence(failure)})
    else:
        click.secho(sentence(failure), fg="red", err=True)
    sys.exit(1)


def _language() -> str:
    try:
        return Config.load().language
    except NexusError:
        return "id"


json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
