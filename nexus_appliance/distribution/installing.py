"""One source of a channel comes in: fetched beside what answers, staged, and let answer in one transaction."""

import hashlib
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.curriculum.manifest import Manifest
from nexus_appliance.curriculum.pack import read_head, read_manifest, write_pdf
from nexus_appliance.distribution.fetch import Wanted, fetch
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import Source
from nexus_appliance.distribution.trust import Offer, Trust
from nexus_appliance.errors import Failure, Invalid, NexusError
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import describe, disk_full
from nexus_appliance.school.callers import Role
from nexus_appliance.school.notices import Notices
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.home import stored_pdf
from nexus_appliance.storage.schema import ChannelPack, Pack, Subject, TeacherSubject, User, utc_now

RETRY = timedelta(days=1)
"""Until a pack that was damaged is downloaded again: it is the publisher who has to mend it."""

Report = Callable[[str, int, int], None]
"""Told the stage (fetch, file, stage, activate), and how much of how much is done."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What answers now of a source: its pack's row, and the sha256 of its head ("" for a pack that has none)."""

    pack: Pack
    file: Path
    head_sha256: str


class Installer:
    """Brings offers in; what answers goes on answering until the new version is whole."""

    def __init__(self, database: Database, library: Library, home: Path) -> None:
        self._database = database
        self._library = library
        self._home = home

    def wants(self, offer: Offer, *, eager: bool) -> bool:
        """Whether an offer is to be installed, noting that it was seen.

        Not wanted: what answers already, a version that the school took back, a source that it removed, and unless
        somebody is `eager` for it what was found to be damaged within the last day.
        """
        with self._database.write() as session:
            subject = session.scalars(select(Subject).where(Subject.code == offer.subject)).one()
            row = _row(session, subject, offer)
            if not eager and row.failed_at is not None and utc_now() - row.failed_at < RETRY:
                return False
            installed = self._installed(session, subject.id, offer.name)
            if installed is None:
                return row.wanted or not _was_here(session, subject.id, offer.name)
            return offer.sha256 not in (installed.head_sha256, row.held_sha256)

    def tidy(self, offered: Collection[str]) -> None:
        """Delete what is on its way of versions that are offered no more; `offered` are the hashes of heads."""
        downloads = (self._home / "downloads").glob("*")
        left = [file for file in downloads if file.name.partition(".")[0] not in offered]
        for file in [*left, *(self._home / "staging").glob("channel-*")]:
            file.unlink(missing_ok=True)

    def failed(self, offer: Offer, failure: NexusError, *, theirs: bool) -> None:
        """Note why an offer did not come in; `theirs`: it is tried again after `RETRY`, not with the next look."""
        with self._database.write() as session:
            subject = session.scalars(select(Subject).where(Subject.code == offer.subject)).one()
            row = _row(session, subject, offer)
            row.failure, row.failure_values = failure.code, dict(failure.values)
            row.failed_at = utc_now() if theirs else None
            announce(session, "updates")

    def install(self, offer: Offer, trust: Trust, source: Source, bounds: Bounds, report: Report) -> None:
        """Fetch, stage and activate; raises `NexusError`, `NotThere`, `Unreachable` and what the bounds raise."""
        with self._database.read() as session:
            subject = session.scalars(select(Subject).where(Subject.code == offer.subject)).one()
            installed = self._installed(session, subject.id, offer.name)
            _, active = generations.active_packs(session, subject.id)
        staged = self._home / "staging" / f"channel-{offer.sha256}.vkp"
        try:
            manifest = self._fetch(offer, trust, source, bounds, staged, installed, active, report)
            source_name = generations.channel_source(offer.name)
            pack_id = self._library.stage(
                staged, subject.id, source_name, lambda done, total: report("stage", done, total)
            )
            try:
                self._activate(offer, pack_id, staged, manifest, installed)
            except BaseException:
                self._drop(pack_id)
                raise
        finally:
            with suppress(OSError):  # `tidy` finds it
                staged.unlink(missing_ok=True)

    def _fetch(
        self,
        offer: Offer,
        trust: Trust,
        source: Source,
        bounds: Bounds,
        out: Path,
        installed: Installed | None,
        active: Collection[Pack],
        report: Report,
    ) -> Manifest:
        files = [self._library.file(pack) for pack in active]
        version = None
        if installed is not None:
            version = installed.pack.version
            files = [installed.file, *(file for file in files if file != installed.file)]
        wanted = Wanted(offer.subject, offer.name, offer.version, trust.head(offer), offer.sha256, version)
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        downloads = self._home / "downloads"
        manifest = fetch(
            wanted, files, source, downloads, bounds, out, lambda done, total: report("fetch", done, total)
        )
        if (manifest.subject, manifest.name, manifest.version) != (offer.subject, offer.name, offer.version):
            raise Invalid(Failure.CHANNEL_FORGED, reason="a head of another pack")
        return manifest

    def _activate(
        self, offer: Offer, pack_id: int, staged: Path, manifest: Manifest, installed: Installed | None
    ) -> None:
        """The PDF first: a page can be looked at from the first answer on; without a row it is swept again."""
        keep_pdf(self._home, offer.subject, manifest, staged)
        added, removed = _difference(manifest, installed)
        with self._database.write() as session:
            generations.activate(session, pack_id, describe(manifest))
            subject = session.scalars(select(Subject).where(Subject.code == offer.subject)).one()
            row = _row(session, subject, offer)
            row.failure, row.failed_at, row.held_sha256, row.wanted = None, None, None, False
            values = {
                "subject": f"{subject.name} {subject.grade}",
                "title": manifest.title,
                "version": manifest.version,
                "added": added,
                "removed": removed,
            }
            for user_id in _teachers(session, subject.id):
                Notices.post(session, user_id, "pack_updated", values)
            announce(session, "updates")

    def _drop(self, pack_id: int) -> None:
        """Best effort: what stays staged is found at the next start."""
        try:
            with self._database.write() as session:
                generations.drop_staged(session, pack_id)
        except NexusError:
            return

    def _installed(self, session: Session, subject_id: int, name: str) -> Installed | None:
        pack = active_pack(session, subject_id, name)
        if pack is None:
            return None
        file = self._library.file(pack)
        return Installed(pack, file, head_of(file))


def keep_pdf(home: Path, subject: str, manifest: Manifest, pack: Path) -> None:
    """Put the PDF that a pack brings where pictures of pages are drawn from; raises as `write_pdf`."""
    if manifest.pdf:
        target = stored_pdf(home, subject, manifest.source_sha256)
        with disk_full():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_pdf(target, pack)


def active_pack(session: Session, subject_id: int, name: str) -> Pack | None:
    """The pack of a channel's source that answers in a subject."""
    source = generations.channel_source(name)
    return session.scalar(
        select(Pack).where(Pack.subject_id == subject_id, Pack.source == source, Pack.state == "active")
    )


def head_of(file: Path) -> str:
    """The sha256 of a pack's head; "" when the file has none, or is spoiled: then every offer is news."""
    try:
        return hashlib.sha256(read_head(file)).hexdigest()
    except (Invalid, OSError):
        return ""


def _row(session: Session, subject: Subject, offer: Offer) -> ChannelPack:
    """The row of a source, with what is offered now."""
    query = select(ChannelPack).where(ChannelPack.subject_id == subject.id, ChannelPack.name == offer.name)
    row = session.scalar(query)
    if row is None:
        row = ChannelPack(subject_id=subject.id, name=offer.name)
        session.add(row)
    if row.head_sha256 != offer.sha256:
        row.failure, row.failed_at = None, None
    row.title, row.version, row.head_sha256, row.seen_at = offer.title, offer.version, offer.sha256, utc_now()
    session.flush()
    return row


def _was_here(session: Session, subject_id: int, name: str) -> bool:
    source = generations.channel_source(name)
    return session.scalar(select(Pack.id).where(Pack.subject_id == subject_id, Pack.source == source)) is not None


def _difference(manifest: Manifest, installed: Installed | None) -> tuple[int, int]:
    """How many chunks are new, and how many are gone."""
    new = {row.text.sha256 for row in manifest.rows}
    old = {row.text.sha256 for row in read_manifest(installed.file).rows} if installed is not None else set()
    return len(new - old), len(old - new)


def _teachers(session: Session, subject_id: int) -> list[int]:
    """The subject's teachers; while there are none, the administrators."""
    query = select(User.id).where(User.disabled_at.is_(None))
    assigned = select(TeacherSubject.user_id).where(TeacherSubject.subject_id == subject_id)
    teachers = list(session.scalars(query.where(User.id.in_(assigned), User.role == Role.TEACHER)))
    return teachers or list(session.scalars(query.where(User.role == Role.ADMIN)))
