"""`nexus demo`: load the demo school, so that a newcomer can ask a question at once."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands import books, users
from nexus_appliance.commands.progress_line import ProgressLine
from nexus_appliance.commands.running import Arguments, execute, json_option, unreported
from nexus_appliance.config import ASSETS
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.files import write_private

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance

BOOK = ASSETS / "demo" / "informatika_10.pdf"
TITLE = "Informatika Kelas 10: Pengantar"
PEOPLE = (
    ("admin", "admin", "Ibu Ratna (admin)"),
    ("guru", "teacher", "Pak Bimo (guru)"),
    ("siswa", "student", "Sari (siswa)"),
    ("teknisi", "technician", "Mas Yoga (teknisi)"),
)


async def load(appliance: "Appliance", _arguments: Arguments, report: Report) -> dict[str, Any]:
    """Add the demo subject, book and accounts to an empty school; a school that has accounts is left alone."""
    notes = appliance.config.home / "demo-accounts.json"
    if await asyncio.to_thread(appliance.accounts.is_empty):
        subject = await asyncio.to_thread(appliance.subjects.add, OPERATOR, 10, "Informatika")
        people = [await _person(appliance, subject.code, *person) for person in PEOPLE]
        write_private(notes, json.dumps(people))
        arguments = {"subject": subject.code, "file": str(BOOK), "title": TITLE, "semester": None, "wait": True}
        await books.add(appliance, arguments, report)
    people = json.loads(notes.read_text("utf-8")) if notes.exists() else []
    return {"home": str(appliance.config.home), "accounts": people}


async def _person(appliance: "Appliance", subject: str, username: str, role: str, full_name: str) -> dict[str, str]:
    subjects = [subject] if role == "teacher" else []
    arguments = {"username": username, "role": role, "full_name": full_name, "subjects": subjects, "must_change": False}
    account = await users.add(appliance, arguments, unreported)
    return {"username": username, "role": role, "password": account["password"]}


@click.command("demo")
@json_option
def demo_command(as_json: bool) -> None:
    """Load the demo school into an empty data folder and show its accounts."""
    result = execute("demo", load, {}, as_json=as_json, view=ProgressLine())
    if not as_json:
        for person in result["accounts"]:
            click.echo(f"  {person['role']:<11} {person['username']:<10} {person['password']}")
        click.echo(f"  data: {Path(result['home'])}")
