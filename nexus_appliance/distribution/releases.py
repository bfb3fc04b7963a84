"""The models and programs that the channel offers: what technicians see of them, and fetch."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from nexus_appliance.curriculum.channel import MODELS, PROGRAMS
from nexus_appliance.distribution.files import place_of
from nexus_appliance.distribution.following import Following
from nexus_appliance.distribution.switching import Switching
from nexus_appliance.errors import Failure, Missing, NexusError
from nexus_appliance.school.access import authorise
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ChannelFile

__all__ = ["MODELS", "PROGRAMS", "FileView", "Releases"]


@dataclass(frozen=True, slots=True)
class FileView:
    """A model or a program (`kind`) that is offered; `size` in bytes. `here`: it is downloaded and verified.

    `wanted`: it comes with the next look. `fits`: this server can change to it. `failure` is that of the last attempt.
    """

    kind: str
    name: str
    version: str
    title: str
    size: int
    here: bool
    wanted: bool
    fits: bool
    failure: str | None
    failure_values: dict[str, Any]


class Releases:
    """Every call authorises its caller: technicians, administrators, the operator."""

    def __init__(self, database: Database, following: Following, home: Path, switching: Switching) -> None:
        self._database = database
        self._switching = switching
        self._following = following
        self._home = home

    def list(self, caller: Caller) -> list[FileView]:
        """What is offered, programs first; raises `NotAllowed`."""
        with self._database.read() as session:
            authorise(session, caller, Role.TECHNICIAN, Role.ADMIN)
            rows = session.scalars(select(ChannelFile).order_by(ChannelFile.kind, ChannelFile.title, ChannelFile.id))
            return [
                FileView(
                    kind=row.kind,
                    name=row.name,
                    version=row.version,
                    title=row.title,
                    size=row.size,
                    here=place_of(self._home, row.kind, row.sha256).is_file(),
                    wanted=row.wanted,
                    fits=self._switching.fits(row),
                    failure=row.failure,
                    failure_values=row.failure_values,
                )
                for row in rows
            ]

    def want(self, caller: Caller, kind: str, name: str, *, wanted: bool = True) -> None:
        """Fetch it with the next look, which is begun where possible; or no longer.

        Raises `NotAllowed`, `Missing` (file_missing).
        """
        with self._database.write() as session:
            authorise(session, caller, Role.TECHNICIAN, Role.ADMIN)
            row = session.scalar(select(ChannelFile).where(ChannelFile.kind == kind, ChannelFile.name == name))
            if row is None:
                raise Missing(Failure.FILE_MISSING, file=name)
            row.wanted, row.failure, row.failed_at = wanted, None, None
            announce(session, "updates")
        if wanted:
            with suppress(NexusError):  # no channel, or a look is under way: the next one brings it
                self._following.want()
