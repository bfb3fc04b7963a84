"""Change to a program that came by the channel: root's part, which trusts nothing that the server's user can write.

A proved copy of the data, the new program beside the old, a look whether it serves; otherwise the old program on the
old data again. Cut short by a power loss, it is taken up where it stood.
"""

import errno
import hashlib
import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import nexus_appliance
from nexus_appliance.curriculum.channel import FILE_KINDS, version_key
from nexus_appliance.curriculum.channel import PROGRAMS as KIND
from nexus_appliance.distribution.files import Computer
from nexus_appliance.distribution.shelf import NotAProgramError, Shelf
from nexus_appliance.distribution.sources import FolderSource, NotThere, Unreachable
from nexus_appliance.distribution.trust import FileOffer, Trust, verified_state
from nexus_appliance.errors import Failure, Invalid, NexusError, Unavailable

REQUEST = "switch"
"""HOME/app/switch: the hash of the program that the server asks for."""
OUTCOME = "outcome.json"
TRIAL = "trial.json"
"""In the shelf's folder: how the last change ended; the change that is not yet known to have ended well."""

log = logging.getLogger(__name__)


class Control(Protocol):
    """The service, and programs as the user who owns the data. What fails raises `OSError`."""

    def start(self) -> None:
        """Start the current program and wait until it serves."""

    def stop(self) -> None:
        """Stop the server, if it runs."""

    def is_healthy(self) -> bool:
        """Whether it serves, and goes on to."""

    def say(self, program: Path | None, *verb: str) -> str:
        """What a program prints (None: the installed one)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a change ended: `failure` is empty or a code; `at` a moment in ISO 8601, by which the server knows it."""

    sha256: str
    version: str
    at: str
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A change under way: the program before (empty: the installed one), the one to try, and the copy of the data."""

    sha256: str
    version: str
    before: str
    snapshot: str


class StateSource(FolderSource):
    """The metadata that the server verified last, as if it were a channel: all of it is verified again."""

    def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """As `Source.range`; there the files have lost the versions in their names."""
        name = path.rpartition("/")[2]
        if name.endswith(".root.json"):
            return super().range(f"root_history/{name}", offset, length)
        return super().range(re.sub(r"^\d+\.", "", name), offset, length)


class Switcher:
    """One change at a time; `root` is the metadata of the pinned root, `now` an aware moment."""

    def __init__(
        self, home: Path, shelf: Shelf, root: bytes, control: Control, now: datetime, computer: Computer | None = None
    ) -> None:
        self._home = home
        self._shelf = shelf
        self._root = root
        self._control = control
        self._now = now
        self._computer = computer or Computer.this()

    def run(self) -> Outcome | None:
        """End what was cut short, then do what is asked for; None when nothing was."""
        trial = self._trial()
        if trial is not None and self._shelf.current == self._shelf.place(trial.version, trial.sha256):
            return self._judge(trial)
        if trial is not None:  # cut before the new program took its place, or after the old one had it again
            self._end_trial()
            self._control.start()
        wanted = self._request()
        if wanted is None:
            return None
        version = ""
        try:
            offer = self._offer(wanted)
            version = offer.version
            return self._judge(self._begin(offer, self._program(offer)))
        except (NexusError, NotAProgramError, OSError) as error:
            log.warning("the program %s is not taken: %s", wanted, error)
            self._shelf.tidy()
            return self._told(Outcome(wanted, version, self._now.isoformat(), _code(error)))

    def _request(self) -> str | None:
        """What the server asks for, once."""
        source = FolderSource(self._home)
        try:
            text = b"".join(source.range(f"{KIND}/{REQUEST}", 0, 100)).decode("ascii", "replace").strip()
        except (NotThere, Unreachable):
            return None
        (self._home / KIND / REQUEST).unlink(missing_ok=True)
        return text if re.fullmatch(r"[0-9a-f]{64}", text) else None

    def _offer(self, sha256: str) -> FileOffer:
        """The offer of a program, signed by the channel's publisher; raises as `Trust.refresh`, `Invalid`."""
        state = verified_state(self._home / "channel")
        if state is None:
            raise Unavailable(Failure.CHANNEL_NONE, file="metadata")
        trust = Trust(self._shelf.folder / "trust", self._root, StateSource(state), self._now)
        trust.refresh(())
        newest = version_key(self._shelf.version or nexus_appliance.__version__)
        for offer in trust.files():
            news = version_key(offer.version) > newest
            if offer.kind == KIND and offer.sha256 == sha256 and news and self._computer.fits(offer.about):
                return offer
        raise Invalid(Failure.PROGRAM_UNUSABLE, version="")

    def _program(self, offer: FileOffer) -> Path:
        """The offered program, unpacked from what has its hash, and able to say its version as the data's user."""
        archive = self._shelf.folder / "archive.zip"
        try:
            self._copy(offer, archive)
            program = self._shelf.unpack(archive, offer.version, offer.sha256)
        finally:
            archive.unlink(missing_ok=True)
        said = self._control.say(program, "--version")
        if offer.version not in said.split():
            raise NotAProgramError(f"says that it is {said[:100]!r}")
        return program

    def _copy(self, offer: FileOffer, target: Path) -> None:
        digest = hashlib.sha256()
        source = FolderSource(self._home)
        try:
            with target.open("wb") as copy:
                for block in source.range(f"{KIND}/{offer.sha256}{FILE_KINDS[KIND]}", 0, offer.length + 1):
                    digest.update(block)
                    copy.write(block)
        except (NotThere, Unreachable) as error:
            raise OSError(f"the file cannot be read: {error}") from error
        if digest.hexdigest() != offer.sha256:
            raise Invalid(Failure.DOWNLOAD_DAMAGED, title=offer.title)

    def _begin(self, offer: FileOffer, program: Path) -> Trial:
        """Copy the data with the old program, then let the new one take its place; raises OSError, nothing changed."""
        before = self._shelf.current
        trial = Trial(offer.sha256, offer.version, before.name if before else "", "")
        self._write(TRIAL, asdict(trial))  # from here on somebody has to start the server again
        try:
            self._control.stop()
            snapshot = json.loads(self._control.say(before, "snapshot", "take", "--json"))["name"]
        except (OSError, ValueError, KeyError) as error:
            self._end_trial()
            self._control.start()
            raise OSError(f"no copy of the data: {error}") from error
        trial = replace(trial, snapshot=str(snapshot))
        self._write(TRIAL, asdict(trial))
        self._shelf.point(program)
        return trial

    def _judge(self, trial: Trial) -> Outcome:
        """Keep the new program if it serves; else go back to the old one and the data of then."""
        try:
            self._control.start()
            healthy = self._control.is_healthy()
        except OSError:
            healthy = False
        outcome = Outcome(
            trial.sha256,
            trial.version,
            self._now.isoformat(),
            "" if healthy else Failure.PROGRAM_WENT_BACK,
        )
        if not healthy:
            self._go_back(trial)
        self._told(outcome)
        self._end_trial()
        if not healthy:
            self._control.start()
        self._shelf.tidy()
        return outcome

    def _go_back(self, trial: Trial) -> None:
        """The old program on the old data; on those of now where the copy cannot be brought back, which is logged."""
        before = self._shelf.folder / trial.before if trial.before else None
        try:
            self._control.stop()
            self._control.say(before, "snapshot", "restore", trial.snapshot, "--yes")
        except OSError:
            log.exception("the data of then stay in the copy %s", trial.snapshot)
        self._shelf.point(before)

    def _end_trial(self) -> None:
        (self._shelf.folder / TRIAL).unlink(missing_ok=True)

    def _trial(self) -> Trial | None:
        try:
            return Trial(**json.loads((self._shelf.folder / TRIAL).read_text("utf-8")))
        except FileNotFoundError:
            return None

    def _told(self, outcome: Outcome) -> Outcome:
        self._write(OUTCOME, asdict(outcome))
        return outcome

    def _write(self, name: str, content: object) -> None:
        draft = self._shelf.folder / f"{name}.new"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.replace(self._shelf.folder / name)


def _code(error: Exception) -> Failure:
    if isinstance(error, NexusError):
        return error.code
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    return Failure.DISK_FULL if full else Failure.PROGRAM_UNUSABLE
