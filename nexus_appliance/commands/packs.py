"""`nexus pack`: make a knowledge pack from a PDF, look at one, bring one in."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.running import Arguments, execute, fail, json_option, print_json
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import OPERATOR

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


async def bring_in(appliance: "Appliance", arguments: Arguments, report: Report) -> dict[str, Any]:
    """Stage the pack `file` into `subject` and let it answer."""
    from nexus_appliance.operations.imports import import_pack

    def staged(done: int, total: int) -> None:
        loop.call_soon_threadsafe(report, {"stage": "stage", "done": done, "total": total})

    loop = asyncio.get_running_loop()
    path, subject = Path(arguments["file"]), arguments["subject"]
    book = await asyncio.to_thread(import_pack, appliance.database, appliance.library, OPERATOR, subject, path, staged)
    return {"subject": subject, "book": book}


@click.group("pack")
def pack_group() -> None:
    """Build, show, verify and import knowledge packs."""


@pack_group.command("build")
@click.argument("subject")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--title", default="", help="Title; made from the file's name if left out.")
@click.option("--grade", type=click.IntRange(1, 12), required=True)
@click.option("--semester", type=click.IntRange(1, 2))
@click.option("--name", default="", help="Its name in a channel; such a pack brings the PDF with it.")
@click.option("--version", default="1.0.0", show_default=True)
@click.option("--licence", default="")
@click.option("--origin", default="", help="Where the PDF is from, in words.")
@json_option
def build_command(
    subject: str,
    file: Path,
    out: Path,
    title: str,
    grade: int,
    semester: int | None,
    name: str,
    version: str,
    licence: str,
    origin: str,
    as_json: bool,
) -> None:
    """Make the pack OUT from the PDF FILE for a SUBJECT code; needs no server and no database."""
    from nexus_appliance.knowledge import ingest

    def show(stage: str, done: int, total: int) -> None:
        click.echo(f"\r{stage:<10} {done}/{total}      ", nl=False, err=True)

    source = ingest.BookSource(
        file, title or file.stem, file.name, subject, grade, semester, version, name, licence, origin
    )
    try:
        config = Config.load()
        manifest = ingest.run_ingest(source, out, config, show, lambda: False)
    except NexusError as failure:
        fail(failure, as_json=as_json)
    ingest.forget_scans(config, manifest.source_sha256)
    _print(manifest, as_json=as_json)


@pack_group.command("show")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def show_command(file: Path, as_json: bool) -> None:
    """Show what the pack FILE holds, after checking every byte of it."""
    from nexus_appliance.knowledge.ingest import read_manifest

    try:
        manifest = read_manifest(file)
    except NexusError as failure:
        fail(failure, as_json=as_json)
    _print(manifest, as_json=as_json)


@pack_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def verify_command(file: Path, as_json: bool) -> None:
    """Check every byte of the pack FILE."""
    from nexus_appliance.knowledge.ingest import read_manifest

    try:
        manifest = read_manifest(file)
    except NexusError as failure:
        fail(failure, as_json=as_json)
    if as_json:
        print_json({"file": str(file), "verified": True, "checksum": manifest.checksum})
    else:
        click.echo(f"{file}: {manifest.checksum}")


@pack_group.command("import")
@click.argument("subject")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, resolve_path=True))
@json_option
def import_command(subject: str, file: str, as_json: bool) -> None:
    """Bring the pack FILE into a SUBJECT; it replaces an older version of the same book."""
    result = execute("pack import", bring_in, {"subject": subject, "file": file}, as_json=as_json)
    if not as_json:
        click.echo(f"{result['subject']}: book {result['book']}")


def _print(manifest: Any, *, as_json: bool) -> None:
    shown = {**plain(manifest), "rows": len(manifest.rows), "pdf": sum(part.size for part in manifest.pdf)}
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        click.echo(f"{name:<14} {value}")
