"""`python -m cloud`: what the people do who publish. The channel is a folder here."""

import hashlib
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from cloud import channel
from cloud.enrolment import school_name
from cloud.keys import FolderKeys, MissingKeyError
from cloud.publishing import publish_folder
from cloud.store import FolderStore
from nexus_appliance.curriculum.channel import MODELS, PROGRAMS
from nexus_appliance.errors import NexusError

FOLDER = click.Path(file_okay=False, path_type=Path)
keys_option = click.option("--keys", type=FOLDER, required=True, help="Folder of the keys, such as an encrypted stick.")


@click.group()
def cli() -> None:
    """Make a channel of material, and publish packs in it."""


@cli.command()
@click.argument("folder", type=FOLDER)
@keys_option
@click.option("--new-keys", is_flag=True, help="Make the keys first.")
def init(folder: Path, keys: Path, new_keys: bool) -> None:
    """Make an empty channel in FOLDER. Schools need its metadata/1.root.json as channel_root."""
    held = FolderKeys(keys)
    if new_keys:
        held.generate()
    channel.create(FolderStore(folder), held, _now())
    click.echo(folder / "metadata" / "1.root.json")


@cli.command()
@click.argument("folder", type=FOLDER)
@click.argument("code")
@keys_option
def subject(folder: Path, code: str, keys: Path) -> None:
    """Let packs of the subject CODE, such as fisika_12, be published; needs the targets key."""
    channel.add_subject(FolderStore(folder), FolderKeys(keys), code, _now())


@cli.command()
@click.argument("folder", type=FOLDER)
@click.argument("pack", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@keys_option
def publish(folder: Path, pack: Path, keys: Path) -> None:
    """Offer PACK (made by `nexus pack build --name`) as the current version, with deltas from the versions before."""
    for earlier in publish_folder(folder, FolderKeys(keys), pack, _now()):
        click.echo(f"delta from {earlier}")


@cli.command()
@click.argument("folder", type=FOLDER)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@keys_option
@click.option("--name", required=True, help="What it is called in the channel, such as qwen-1-5b.")
@click.option("--version", required=True, help="Such as 1.0.0.")
@click.option("--title", required=True, help="What technicians see.")
@click.option("--licence", required=True)
@click.option("--template", default="chatml", show_default=True, help="The chat format.")
@click.option("--context", type=click.IntRange(512), default=8192, show_default=True, help="Tokens it was trained for.")
def model(
    folder: Path, file: Path, keys: Path, name: str, version: str, title: str, licence: str, template: str, context: int
) -> None:
    """Offer the language model FILE (GGUF); technicians choose whether to fetch it. The first needs the targets key."""
    about: dict[str, str | int] = {"licence": licence, "template": template, "context": context}
    published = channel.Published(MODELS, name, version, title, file, about)
    channel.publish_file(FolderStore(folder), FolderKeys(keys), published, _now())


@cli.command()
@click.argument("folder", type=FOLDER)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@keys_option
@click.option("--version", required=True, help="Such as 1.0.0.")
@click.option("--system", type=click.Choice(["linux", "windows"]), required=True)
@click.option("--machine", default="x86_64", show_default=True)
@click.option("--title", default="OpenClass Nexus", show_default=True, help="What technicians see.")
def program(folder: Path, file: Path, keys: Path, version: str, system: str, machine: str, title: str) -> None:
    """Offer the program FILE (zip) to servers with this system. The first needs the targets key."""
    about: dict[str, str | int] = {"system": system, "machine": machine}
    published = channel.Published(PROGRAMS, f"nexus-{system}-{machine}", version, title, file, about)
    channel.publish_file(FolderStore(folder), FolderKeys(keys), published, _now())


@cli.command()
@click.argument("folder", type=FOLDER)
@click.argument("code")
@click.argument("name")
@keys_option
def withdraw(folder: Path, code: str, name: str, keys: Path) -> None:
    """Offer NAME of the subject CODE (or of models, or app) no more; schools that have it keep it."""
    channel.withdraw(FolderStore(folder), FolderKeys(keys), code, name, _now())


@cli.command()
@click.argument("folder", type=FOLDER)
@keys_option
def renew(folder: Path, keys: Path) -> None:
    """Sign again what would expire two years after the last publication."""
    channel.renew(FolderStore(folder), FolderKeys(keys), _now())


@cli.command()
@click.argument("folder", type=FOLDER)
@keys_option
def run(folder: Path, keys: Path) -> None:
    """Publish the PDFs below FOLDER/raw/uploads in the channel FOLDER/channel, as the functions in AWS do."""
    from cloud.local import run as published

    for outcome in published(folder, FolderKeys(keys), _now()):
        click.echo(f"{outcome.key}: {outcome.version or outcome.failure}")


@cli.command()
@click.argument("school")
@click.option("--table", required=True, help="The table of schools.")
@click.option("--service", required=True, help="The address of the enrolment function.")
@click.option("--days", type=click.IntRange(1, 365), default=14, show_default=True)
def invite(school: str, table: str, service: str, days: int) -> None:
    """Print an invitation for SCHOOL (such as smpn3-bandung), to be pasted on its page System once.

    A school whose machine was replaced is invited again; the machine before loses its rights then.
    """
    from cloud.aws.schools import SchoolTable

    code = f"{school_name(school)}.{secrets.token_urlsafe(24)}"
    until = int((_now() + timedelta(days=days)).timestamp())
    SchoolTable(table).invite(school, hashlib.sha256(code.encode()).hexdigest(), until)
    click.echo(f"{service.rstrip('/')}#{code}")


@cli.command()
@click.argument("school")
@click.option("--table", required=True, help="The table of schools.")
def revoke(school: str, table: str) -> None:
    """End the rights of SCHOOL; what it may read ends within 30 days."""
    from cloud.aws.schools import SchoolTable

    SchoolTable(table).remove(school_name(school))


@cli.command()
@click.argument("folder", type=FOLDER)
def status(folder: Path) -> None:
    """What the channel offers."""
    for code, versions in channel.offered(FolderStore(folder)).items():
        click.echo(code)
        for name, version in versions.items():
            click.echo(f"  {name} {version}")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


if __name__ == "__main__":
    try:
        cli(prog_name="python -m cloud", standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except click.Abort:
        sys.exit(1)
    except (NexusError, ValueError, OSError, MissingKeyError) as problem:
        click.secho(f"{type(problem).__name__}: {problem}", fg="red", err=True)
        sys.exit(1)
