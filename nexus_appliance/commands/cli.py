"""All verbs under one command. Exit codes: 0 done, 1 an expected failure (told in words), 2 wrong usage."""

import click

import nexus_appliance
from nexus_appliance.commands.ask import ask_command
from nexus_appliance.commands.books import book_group
from nexus_appliance.commands.check import check_command
from nexus_appliance.commands.demo import demo_command
from nexus_appliance.commands.doctor import doctor_command
from nexus_appliance.commands.enrol import enrol_command
from nexus_appliance.commands.evaluate import evaluate_command
from nexus_appliance.commands.migrate import migrate_command
from nexus_appliance.commands.models import model_group
from nexus_appliance.commands.open import open_command
from nexus_appliance.commands.packs import pack_group
from nexus_appliance.commands.serve import serve_command
from nexus_appliance.commands.service import service_command
from nexus_appliance.commands.snapshots import snapshot_group
from nexus_appliance.commands.stop import stop_command
from nexus_appliance.commands.subjects import subject_group
from nexus_appliance.commands.switch import switch_command
from nexus_appliance.commands.update import update_command
from nexus_appliance.commands.users import user_group


@click.group()
@click.version_option(nexus_appliance.__version__, prog_name="nexus")
def cli() -> None:
    """The Nexus Appliance: an offline tutor that answers from the school's own books."""


for command in (
    ask_command,
    book_group,
    check_command,
    demo_command,
    doctor_command,
    enrol_command,
    evaluate_command,
    migrate_command,
    model_group,
    open_command,
    pack_group,
    serve_command,
    service_command,
    snapshot_group,
    stop_command,
    subject_group,
    switch_command,
    update_command,
    user_group,
):
    cli.add_command(command)
