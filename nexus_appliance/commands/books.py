"""`nexus book`: add a PDF, list and remove books."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.progress_line import ProgressLine
from nexus_appliance.commands.running import Arguments, execute, json_option
from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance

POLL = 0.5
"""Seconds between two looks at the job."""


async def add(appliance: "Appliance", arguments: Arguments, report: Report) -> dict[str, Any]:
    """Queue the PDF; with `wait` (always without a server) report its progress until it is done."""
    from nexus_appliance.operations.uploads import Upload

    path = Path(arguments["file"])
    upload = Upload(arguments["subject"], path, path.name, arguments["title"], arguments["semester"])
    job_id = await asyncio.to_thread(appliance.uploads.submit, OPERATOR, upload)
    if appliance.serving and not arguments["wait"]:
        return {"job": job_id, "state": "queued"}
    if not appliance.serving:
        appliance.ingesting.start()
    return await _wait(appliance, job_id, report)


async def _wait(appliance: "Appliance", job_id: int, report: Report) -> dict[str, Any]:
    while True:
        job = await asyncio.to_thread(appliance.jobs.get, OPERATOR, job_id)
        if job.state in ("queued", "running"):
            report({"stage": job.stage, "done": job.done, "total": job.total, "seconds_left": job.seconds_left})
            await asyncio.sleep(POLL)
        elif job.state == "done":
            return {"job": job_id, "state": job.state, "pages": job.pages, "timings": job.timings}
        else:
            raise NexusError(Failure(job.failure or Failure.INGEST_CANCELLED), **job.failure_values)


async def list_all(appliance: "Appliance", arguments: Arguments, _report: Report) -> Any:
    """The books of `subject`."""
    return plain(await asyncio.to_thread(appliance.books.list, OPERATOR, arguments["subject"]))


async def remove(appliance: "Appliance", arguments: Arguments, _report: Report) -> dict[str, Any]:
    """Remove the book `id`; it can be brought back for a day."""
    await asyncio.to_thread(appliance.books.remove, OPERATOR, arguments["id"])
    return {"removed": arguments["id"]}


@click.group("book")
def book_group() -> None:
    """Add, list and remove books."""


@book_group.command("add")
@click.argument("subject")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, resolve_path=True))
@click.option("--title", default="", help="Title; made from the file's name if left out.")
@click.option("--semester", type=click.IntRange(1, 2), help="1 or 2; left out for the whole year.")
@click.option("--wait", is_flag=True, help="Wait until the book answers, with progress.")
@json_option
def add_command(subject: str, file: str, title: str, semester: int | None, wait: bool, as_json: bool) -> None:
    """Add the PDF FILE to a SUBJECT. Without a running server the command always waits."""
    arguments = {"subject": subject, "file": file, "title": title, "semester": semester, "wait": wait}
    result = execute("book add", add, arguments, as_json=as_json, view=ProgressLine())
    if not as_json:
        click.echo(f"job {result['job']}: {result['state']}", err=True)


@book_group.command("list")
@click.argument("subject")
@json_option
def list_command(subject: str, as_json: bool) -> None:
    """List the books of a SUBJECT."""
    result = execute("book list", list_all, {"subject": subject}, as_json=as_json)
    for book in [] if as_json else result:
        click.echo(f"{book['id']:>4}  {book['title']}  ({book['filename']})")


@book_group.command("remove")
@click.argument("book_id", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def remove_command(book_id: int, yes: bool, as_json: bool) -> None:
    """Remove the book BOOK_ID; it can be brought back on the teacher's page for a day."""
    if not yes:
        click.confirm(f"Remove book {book_id}?", abort=True)
    execute("book remove", remove, {"id": book_id}, as_json=as_json)
