"""What people see of the channel and may do with it: look now, stop, take a version back, take up a removed source."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.curriculum.pack import read_manifest
from nexus_appliance.distribution.following import Following
from nexus_appliance.distribution.installing import active_pack, head_of, keep_pdf
from nexus_appliance.distribution.looking import LookProgress, Outcome
from nexus_appliance.distribution.sticks import sticks
from nexus_appliance.errors import Failure, Invalid, Missing, NexusError
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import describe
from nexus_appliance.school.access import authorise, subject_row
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ChannelCheck, ChannelPack, Pack, utc_now

RECENT = 10
"""Looks that are listed."""
KEEPERS = (Role.TEACHER, Role.ADMIN, Role.TECHNICIAN)


@dataclass(frozen=True, slots=True)
class CheckView:
    """One look at the channel; `ended_at` is None while it goes on, or when it was cut off."""

    began_at: datetime
    ended_at: datetime | None
    installed: int
    files: int
    received: int
    failure: str | None
    failure_values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChannelView:
    """The channel as a whole. `due_at` is when it is looked at next by itself, None if it is not."""

    follows: bool
    progress: LookProgress
    due_at: datetime | None
    checks: tuple[CheckView, ...]
    sticks: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source that the channel offers in a subject.

    `installed` is the version that answers (None: none does), `earlier` the one that one can go back to. `held`: the
    version offered was taken back here. `removed`: the school removed the source, and it is not brought in again.
    """

    name: str
    title: str
    offered: str
    installed: str | None
    earlier: str | None
    held: bool
    removed: bool
    failure: str | None
    failure_values: dict[str, Any]
    seen_at: datetime


class Updates:
    """Every call authorises its caller."""

    def __init__(self, database: Database, library: Library, following: Following, home: Path) -> None:
        self._database = database
        self._library = library
        self._following = following
        self._home = home

    def channel(self, caller: Caller) -> ChannelView:
        """How the channel is doing, and which sticks hold one; raises `NotAllowed`."""
        with self._database.read() as session:
            authorise(session, caller, *KEEPERS)
            rows = session.scalars(select(ChannelCheck).order_by(ChannelCheck.id.desc()).limit(RECENT))
            checks = tuple(map(_check_view, rows))
        due = utc_now() + timedelta(seconds=self._following.due_in) if self._following.follows else None
        progress = replace(self._following.progress)
        return ChannelView(self._following.follows, progress, due, checks, tuple(sticks()))

    def check_now(self, caller: Caller, folder: Path | None = None) -> None:
        """Look soon at the channel, or at the one on a stick that was found.

        Raises `NotAllowed`, `Unavailable` (channel_unset), `Invalid` (update_running), `Missing` (channel_none).
        """
        self._authorise(caller)
        if folder is not None and folder not in sticks():
            raise Missing(Failure.CHANNEL_NONE, file=folder.name)
        self._following.want(folder)

    def stop(self, caller: Caller) -> None:
        """End the look that is under way, if any; raises `NotAllowed`."""
        self._authorise(caller)
        self._following.stop()

    def look(self, caller: Caller, folder: Path | None = None) -> Outcome:
        """Look at the channel, or at the one in any folder, and wait for the end; for the operator alone.

        Raises `NexusError`.
        """
        caller.require(Role.OPERATOR)
        return self._following.look(folder)

    def sources(self, caller: Caller, subject: str) -> list[SourceView]:
        """What the channel offers in a subject; raises `NotAllowed`, `Missing` (subject_unknown)."""
        with self._database.read() as session:
            row = subject_row(session, caller, subject)
            query = select(ChannelPack).where(ChannelPack.subject_id == row.id).order_by(ChannelPack.title)
            return [self._view(session, offered) for offered in session.scalars(query)]

    def roll_back(self, caller: Caller, subject: str, name: str) -> str:
        """Let the version before answer again; the one that answers now is not brought in again. The version.

        Raises `NotAllowed`, `Missing` (subject_unknown), `Invalid` (no_earlier_version, pack_damaged).
        """
        with self._database.read() as session:
            row = subject_row(session, caller, subject)
            now = active_pack(session, row.id, name)
            before = generations.earlier(session, now) if now is not None else None
        if now is None or before is None:
            raise Invalid(Failure.NO_EARLIER_VERSION)
        file = self._library.file(before)
        manifest = read_manifest(file)
        keep_pdf(self._home, subject, manifest, file)
        held = head_of(self._library.file(now))
        with self._database.write() as session:
            generations.roll_back(session, before.id, describe(manifest), user_id=caller.user_id)
            offered = session.scalars(_offered(row.id, name)).one_or_none()
            if offered is not None:
                offered.held_sha256 = held
            announce(session, "updates")
        return before.version

    def take_up(self, caller: Caller, subject: str, name: str) -> None:
        """Want a source again whose version was taken back, or that was removed; a look is begun where possible.

        Raises `NotAllowed`, `Missing` (subject_unknown, pack_unknown).
        """
        with self._database.write() as session:
            row = subject_row(session, caller, subject)
            offered = session.scalars(_offered(row.id, name)).one_or_none()
            if offered is None:
                raise Missing(Failure.PACK_UNKNOWN)
            offered.held_sha256, offered.wanted = None, True
            announce(session, "updates")
        with suppress(NexusError):
            self._following.want()

    def _authorise(self, caller: Caller) -> None:
        with self._database.read() as session:
            authorise(session, caller, *KEEPERS)

    def _view(self, session: Session, offered: ChannelPack) -> SourceView:
        now = active_pack(session, offered.subject_id, offered.name)
        before = generations.earlier(session, now) if now is not None else None
        source = generations.channel_source(offered.name)
        was_here = select(Pack.id).where(Pack.subject_id == offered.subject_id, Pack.source == source).limit(1)
        return SourceView(
            name=offered.name,
            title=offered.title,
            offered=offered.version,
            installed=now.version if now is not None else None,
            earlier=before.version if before is not None else None,
            held=now is not None and offered.held_sha256 == offered.head_sha256,
            removed=now is None and not offered.wanted and session.scalar(was_here) is not None,
            failure=offered.failure,
            failure_values=offered.failure_values,
            seen_at=offered.seen_at,
        )


def _check_view(row: ChannelCheck) -> CheckView:
    return CheckView(
        began_at=row.began_at,
        ended_at=row.ended_at,
        installed=row.installed,
        files=row.files,
        received=row.received,
        failure=row.failure,
        failure_values=row.failure_values,
    )


def _offered(subject_id: int, name: str) -> Any:
    return select(ChannelPack).where(ChannelPack.subject_id == subject_id, ChannelPack.name == name)
