"""Models and programs of a channel: downloaded when they are wanted, whole and verified, ready to be switched to.

A model comes to lie in HOME/models with a record by which the catalogue knows it; a program in HOME/app, beside the one
that runs, for the installer to switch to.
"""

import hashlib
import os
import platform
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import nexus_appliance
from nexus_appliance.curriculum.channel import FILE_KINDS, MODELS, PROGRAMS, file_path, signed_path, version_key
from nexus_appliance.curriculum.pack import sync_folder
from nexus_appliance.distribution.installing import RETRY, Report
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import Source
from nexus_appliance.distribution.trust import FileOffer
from nexus_appliance.errors import Failure, Invalid, NexusError
from nexus_appliance.inference import brought
from nexus_appliance.inference.model import Model
from nexus_appliance.inference.prompt import TEMPLATES
from nexus_appliance.knowledge.packs import disk_full
from nexus_appliance.school.callers import Role
from nexus_appliance.school.notices import Notices
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ChannelFile, utc_now

DURABLE = 16 << 20
"""Bytes after which a download is put on the disk for certain; after a power cut it goes on at a multiple of these."""
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
"""One name for each kind of processor, whatever the system calls it."""


@dataclass(frozen=True, slots=True)
class Computer:
    """What a program must be made for."""

    system: str
    machine: str

    @classmethod
    def this(cls) -> "Computer":
        """The one that we run on."""
        machine = platform.machine().lower()
        return cls(platform.system().lower(), MACHINES.get(machine, machine))

    def fits(self, about: Mapping[str, object]) -> bool:
        """Whether a program is made for it."""
        return (about.get("system"), about.get("machine")) == (self.system, self.machine)


class FileInstaller:
    """Brings models and programs in."""

    def __init__(self, database: Database, home: Path, computer: Computer | None = None) -> None:
        self._database = database
        self._home = home
        self._computer = computer or Computer.this()

    def wants(self, offer: FileOffer, *, eager: bool) -> bool:
        """Whether an offer is to be downloaded now, noting that it was seen.

        A model is when somebody wanted it; a program when it is newer than this one and made for this machine. What
        has failed is tried again after a day, unless somebody is `eager` for it.
        """
        with self._database.write() as session:
            row = _row(session, offer)
            if place_of(self._home, offer.kind, offer.sha256).is_file():
                return False
            if not eager and row.failed_at is not None and utc_now() - row.failed_at < RETRY:
                return False
            return row.wanted or self._is_news(offer)

    def install(self, offer: FileOffer, source: Source, bounds: Bounds, report: Report) -> None:
        """Download and verify; raises `Invalid` (download_damaged, model_unusable), `Unavailable` (disk_full).

        And `NotThere`, `Unreachable`, what the bounds raise.
        """
        model = _model(offer) if offer.kind == MODELS else None
        target = place_of(self._home, offer.kind, offer.sha256)
        with disk_full():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = _download(offer, source, self._home / "downloads", bounds, report)
            if model is not None:
                brought.record(target.parent, model)
            os.replace(draft, target)
            sync_folder(target.parent)
        self._tell(offer)

    def tidy(self, offered: Collection[str]) -> None:
        """Delete programs that are offered no more, and the rows of what is not; `offered` are the hashes of files.

        A model stays until it is removed on the console.
        """
        for file in (self._home / PROGRAMS).glob(f"*{FILE_KINDS[PROGRAMS]}"):
            if file.stem not in offered:
                file.unlink(missing_ok=True)
        with self._database.write() as session:
            for row in session.scalars(select(ChannelFile).where(ChannelFile.sha256.not_in(offered))):
                session.delete(row)
                announce(session, "updates")

    def failed(self, offer: FileOffer, failure: NexusError, *, theirs: bool) -> None:
        """Note why an offer did not come in; `theirs`: it is tried again after a day, not with the next look."""
        with self._database.write() as session:
            row = _row(session, offer)
            row.failure, row.failure_values = failure.code, dict(failure.values)
            row.failed_at = utc_now() if theirs else None
            announce(session, "updates")

    def _is_news(self, offer: FileOffer) -> bool:
        """Whether a program is one for this machine to change to."""
        if offer.kind != PROGRAMS or not self._computer.fits(offer.about):
            return False
        return version_key(offer.version) > version_key(nexus_appliance.__version__)

    def _tell(self, offer: FileOffer) -> None:
        with self._database.write() as session:
            row = _row(session, offer)
            row.failure, row.failed_at, row.wanted = None, None, False
            kind = "model_ready" if offer.kind == MODELS else "program_ready"
            values = {"title": offer.title, "version": offer.version}
            Notices.post_to(session, (Role.TECHNICIAN, Role.ADMIN), kind, values)
            announce(session, "updates")


def place_of(home: Path, kind: str, sha256: str) -> Path:
    """Where a file of this kind lies once it is here."""
    return home / kind / f"{sha256}{FILE_KINDS[kind]}"


def _model(offer: FileOffer) -> Model:
    """What the catalogue is told of a model; raises `Invalid` (model_unusable) for one that this program cannot run."""
    about = offer.about
    template, context = str(about.get("template", "")), about.get("context")
    if template not in TEMPLATES or not isinstance(context, int) or not 512 <= context <= 1 << 20:
        raise Invalid(Failure.MODEL_UNUSABLE, title=offer.title)
    file = place_of(Path(), offer.kind, offer.sha256).name
    licence = str(about.get("licence", ""))[:100]
    name = f"{offer.name} {offer.version}"
    return Model(name, file, offer.length, offer.sha256, licence, template, context)


def _download(offer: FileOffer, source: Source, downloads: Path, bounds: Bounds, report: Report) -> Path:
    """The file, whole; what came before a cut is not fetched again. Raises as `FileInstaller.install`."""
    downloads.mkdir(mode=0o700, exist_ok=True)
    draft = downloads / f"{offer.sha256}.file"
    draft.touch(mode=0o600)
    path = signed_path(file_path(offer.kind, offer.name), offer.sha256)
    with draft.open("r+b") as file:
        done = min(draft.stat().st_size, offer.length)
        done = done if done == offer.length else done // DURABLE * DURABLE
        bounds.room(offer.length - done)
        file.seek(done)
        file.truncate()
        for block in source.range(path, done, offer.length - done) if done < offer.length else ():
            bounds.stop()
            file.write(block)
            if (done + len(block)) // DURABLE != done // DURABLE:
                file.flush()
                os.fsync(file.fileno())
            done += len(block)
            report("file", done, offer.length)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != offer.sha256:
        draft.unlink(missing_ok=True)
        raise Invalid(Failure.DOWNLOAD_DAMAGED, title=offer.title)
    return draft


def _row(session: Session, offer: FileOffer) -> ChannelFile:
    """The row of a file, with what is offered now; another version than before is wanted anew."""
    query = select(ChannelFile).where(ChannelFile.kind == offer.kind, ChannelFile.name == offer.name)
    row = session.scalar(query)
    if row is None:
        row = ChannelFile(kind=offer.kind, name=offer.name)
        session.add(row)
    if row.sha256 != offer.sha256:
        row.failure, row.failed_at, row.wanted = None, None, False
    row.version, row.title, row.sha256, row.size = offer.version, offer.title, offer.sha256, offer.length
    row.about, row.seen_at = dict(offer.about), utc_now()
    session.flush()
    return row
