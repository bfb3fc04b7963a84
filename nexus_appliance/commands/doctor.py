"""`nexus doctor`: why phones do not find the server."""

import click

from nexus_appliance.commands.check import tell
from nexus_appliance.commands.running import fail, json_option
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from ui.doctor_words import finding_sentence


@click.command("doctor")
@json_option
def doctor_command(as_json: bool) -> None:
    """Find out why phones do not reach the server; exit code 1 when something must be mended."""
    from nexus_appliance.operations.doctor import examine

    try:
        config = Config.load()
        findings = examine(config)
    except NexusError as failure:
        fail(failure, as_json=as_json)
    tell(config, findings, lambda found: finding_sentence(found.name, found.values), as_json=as_json)
