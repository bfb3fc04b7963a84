"""What a channel offers, as far as it is signed by keys that lead back to the root that came with the program.

The rules are those of TUF, applied by python-tuf (https://theupdateframework.github.io/specification/latest/). Ours are
three: metadata is taken over whole or not at all, also through a power loss; the clock of the machine is held against
the dates of what was signed; and a source is told by its name and its subject, never by a path.
"""

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    RepositoryError,
)
from tuf.api.metadata import DelegatedRole, TargetFile, Targets
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from nexus_appliance.curriculum.channel import (
    FILE_KINDS,
    HEAD_ENDING,
    METADATA,
    SIGNED_AT,
    checked_name,
    file_path,
    head_path,
    signed_path,
    version_key,
)
from nexus_appliance.curriculum.container import HEAD_LIMIT
from nexus_appliance.curriculum.pack import sync_folder
from nexus_appliance.curriculum.strict import sha256
from nexus_appliance.distribution.sources import NotThere, Source, Unreachable, whole
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.knowledge.packs import disk_full

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""Before this date the program did not exist: a clock that shows an earlier one is wrong."""
CLOCK_SLACK = timedelta(days=1)
"""What a clock may lag behind: a wrong time zone, a slow quartz."""
LIMITS = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=256,
    root_max_length=256_000,
    timestamp_max_length=16_384,
    snapshot_max_length=1_000_000,
    targets_max_length=5_000_000,
)
"""Rotations in a program's life, subjects of a channel, and bytes: an endless file ends here."""

FILE_LIMIT = 64 << 30
"""Bytes of the largest model or program."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A source's current version; `sha256` and `length` in bytes are of the frame of its head."""

    subject: str
    name: str
    version: str
    title: str
    sha256: str
    length: int


@dataclass(frozen=True, slots=True)
class FileOffer:
    """A model or a program as it is offered now; `length` in bytes.

    `about`: what its publisher says of it, see `cloud.channel.Published`; nothing in it has been looked at yet.
    """

    kind: str
    name: str
    version: str
    title: str
    sha256: str
    length: int
    about: Mapping[str, object]


class Trust:
    """The verified state of a channel at a moment. Use one for one look at the channel."""

    def __init__(self, folder: Path, root: bytes, source: Source, now: datetime) -> None:
        """`folder` keeps the metadata that was verified last; `root` is the metadata of the pinned root."""
        self._folder = folder
        self._root = root
        self._source = source
        self._now = now
        self._updater: TufClient | None = None
        self._followed: set[str] = set()

    def refresh(self, followed: Collection[str]) -> None:
        """Take over what the channel says now, of subjects only those `followed`. Nothing new: two requests, 400 bytes.

        Raises `Invalid` (clock_wrong, channel_expired, channel_forged, channel_old) and `Unavailable` (disk_full,
        channel_unreachable, channel_none); what was verified before stays in force then.
        """
        self._check_clock(_signed_at(verified_state(self._folder)))
        with _translated(), disk_full():
            draft = self._draft()
            updater = TufClient(draft, self._root, self._source, self._now)
            updater.refresh()
            self._followed = set(followed) & set(updater.subjects())
            for role in (*self._followed, *updater.kinds()):
                updater.role(role)
            self._check_clock(_signed_at(draft))
            self._take_over(draft)
        self._updater = updater

    def subjects(self) -> list[str]:
        """The codes of the subjects that the channel knows."""
        return self._fresh().subjects()

    def offers(self, subject: str) -> list[Offer]:
        """What the channel offers in a followed subject, in order of names; what we cannot name is passed over."""
        updater = self._fresh()
        if subject not in self._followed:
            return []
        found = (_offer(subject, target) for _path, target in sorted(updater.role(subject).targets.items()))
        return [
            offer
            for offer in found
            if offer is not None and updater.is_delegated(subject, head_path(subject, offer.name))
        ]

    def files(self) -> list[FileOffer]:
        """The models and programs that the channel offers; what we cannot name is passed over."""
        updater = self._fresh()
        targets = ((kind, target) for kind in updater.kinds() for target in updater.role(kind).targets.values())
        found = (_file_offer(kind, target) for kind, target in targets)
        return [offer for offer in found if offer is not None and updater.is_delegated(offer.kind, file_path_of(offer))]

    def head(self, offer: Offer) -> bytes:
        """The frame of an offer's head, verified; raises `Invalid` (channel_forged), `Unavailable`."""
        path = head_path(offer.subject, offer.name)
        with _translated():
            content = whole(self._source, signed_path(path, offer.sha256), offer.length)
            TargetFile(offer.length, {"sha256": offer.sha256}, path).verify_length_and_hashes(content)
        return content

    def _fresh(self) -> "TufClient":
        if self._updater is None:
            raise ValueError("not refreshed yet")
        return self._updater

    def _check_clock(self, signed_at: datetime) -> None:
        """A machine whose battery is empty starts in 1970, where nothing has expired."""
        floor = max(RELEASED, signed_at)
        if self._now < floor - CLOCK_SLACK:
            raise Invalid(Failure.CLOCK_WRONG, date=self._now.date().isoformat(), floor=floor.date().isoformat())

    def _draft(self) -> Path:
        draft = self._folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        current = verified_state(self._folder)
        if current is None:
            draft.mkdir(mode=0o700, parents=True)
        else:
            shutil.copytree(current, draft, ignore=shutil.ignore_patterns("root.json"))
        return draft

    def _take_over(self, draft: Path) -> None:
        """Let the draft become the state, by one rename of what is on the disk already."""
        (draft / "root.json").unlink(missing_ok=True)  # a link that python-tuf makes and we do not need
        current = verified_state(self._folder)
        if current is not None and _contents(current) == _contents(draft):
            shutil.rmtree(draft, ignore_errors=True)
            return
        for file in draft.rglob("*.json"):
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())
        sync_folder(draft / "root_history")
        sync_folder(draft)
        draft.rename(self._folder / str(_number(current) + 1))
        sync_folder(self._folder)
        if current is not None:
            shutil.rmtree(current, ignore_errors=True)


class TufClient(Updater):
    """python-tuf's client, reading from a source, at a time that is given, and telling what it has verified."""

    def __init__(self, folder: Path, root: bytes, source: Source, now: datetime) -> None:
        super().__init__(str(folder), f"{METADATA}/", fetcher=_Fetcher(source), config=replace(LIMITS), bootstrap=root)
        self._trusted_set.reference_time = now

    def subjects(self) -> list[str]:
        """The roles that the targets role delegates to, as far as their names are codes."""
        return sorted(name for name in self._delegated() if _is_name(name) and name not in FILE_KINDS)

    def kinds(self) -> list[str]:
        """The kinds of files that the targets role delegates."""
        return sorted(FILE_KINDS.keys() & self._delegated().keys())

    def role(self, name: str) -> Targets:
        """The metadata of a role, fetched unless it is here; raises as `refresh`."""
        return self._load_targets(name, Targets.type)

    def is_delegated(self, name: str, path: str) -> bool:
        """Whether a role may speak of a target."""
        role = self._delegated().get(name)
        return role is not None and role.is_delegated_path(path)

    def _delegated(self) -> Mapping[str, DelegatedRole]:
        delegations = self._trusted_set.targets.delegations
        return (delegations.roles if delegations is not None else None) or {}


class _Fetcher(FetcherInterface):
    def __init__(self, source: Source) -> None:
        self._source = source

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            yield from self._source.range(url, 0, LIMITS.targets_max_length + 1)
        except NotThere as error:
            raise DownloadHTTPError(url, 404) from error


@contextmanager
def _translated() -> Iterator[None]:
    """What can go wrong between a channel and us, in our words."""
    try:
        yield
    except (Unreachable, ConnectionError) as error:
        raise Unavailable(Failure.CHANNEL_UNREACHABLE) from error
    except (NotThere, DownloadHTTPError) as error:
        raise Unavailable(Failure.CHANNEL_NONE, file=str(error)) from error
    except ExpiredMetadataError as error:
        raise Invalid(Failure.CHANNEL_EXPIRED) from error
    except BadVersionNumberError as error:
        raise Invalid(Failure.CHANNEL_OLD) from error
    except (RepositoryError, DownloadLengthMismatchError, ValueError) as error:
        raise Invalid(Failure.CHANNEL_FORGED, reason=str(error)[:200]) from error
    except DownloadError as error:
        raise Unavailable(Failure.CHANNEL_UNREACHABLE) from error


def verified_state(folder: Path) -> Path | None:
    """Where the metadata lies that was verified last; older states are left where a cut came before their deletion."""
    states = [path for path in folder.glob("*") if path.name.isdecimal()] if folder.is_dir() else []
    return max(states, key=_number, default=None)


def _number(state: Path | None) -> int:
    return int(state.name) if state is not None else 0


def _contents(state: Path) -> dict[str, bytes]:
    return {str(file.relative_to(state)): file.read_bytes() for file in state.rglob("*.json")}


def _signed_at(state: Path | None) -> datetime:
    """When the timestamp in a state was signed; our own files are taken at their word, spoiled ones say nothing."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        if state is not None:
            signed = json.loads((state / "timestamp.json").read_bytes())["signed"]
            return datetime.fromisoformat(signed[SIGNED_AT]).astimezone(UTC)
    return RELEASED


def _is_name(name: str) -> bool:
    with suppress(ValueError):
        return checked_name(name) == name
    return False


def file_path_of(offer: FileOffer) -> str:
    """The target that a file is."""
    return file_path(offer.kind, offer.name)


def _offer(subject: str, target: TargetFile) -> Offer | None:
    """What a target offers; None when it is no head that we understand."""
    name = target.path.rpartition("/")[2].removesuffix(HEAD_ENDING)
    with suppress(ValueError):
        version, title, digest = _named(target)
        if target.path == head_path(subject, name) and target.length <= HEAD_LIMIT:
            return Offer(subject, name, version, title, digest, target.length)
    return None


def _file_offer(kind: str, target: TargetFile) -> FileOffer | None:
    """What a target offers; None when it is no file that we understand."""
    name = target.path.rpartition("/")[2].removesuffix(FILE_KINDS[kind])
    with suppress(ValueError):
        version, title, digest = _named(target)
        if target.path == file_path(kind, name) and target.length <= FILE_LIMIT:
            return FileOffer(kind, name, version, title, digest, target.length, target.custom or {})
    return None


def _named(target: TargetFile) -> tuple[str, str, str]:
    """Version, title and sha256 of a target; raises ValueError."""
    custom = target.custom if isinstance(target.custom, dict) else {}
    version, title = str(custom.get("version", "")), str(custom.get("title", "")).replace("\0", "")
    version_key(version)
    return version, title[:200], sha256(target.hashes.get("sha256"))
