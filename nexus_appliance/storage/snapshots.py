"""Snapshots of a stopped school's data, taken before the program is exchanged, and the way back to one.

A snapshot is a folder below HOME/copies: the data, and a manifest with the sha256 of every file. A language model is
not in it, for it can be had again; nor is what a PostgreSQL keeps, which stands there as an SQLite database instead.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nexus_appliance import __version__
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.failures import translated
from nexus_appliance.storage.files import copy_durably, link_or_copy, write_private
from nexus_appliance.storage.moving import move
from nexus_appliance.storage.restoring import COPIES, LEFT_OUT, begin_restoring, complete_restoring
from nexus_appliance.storage.schema import utc_now
from nexus_appliance.storage.sqlite import copy_file, create_file

KEPT = 3
"""Snapshots; the oldest goes when another one is whole."""

MANIFEST = "snapshot.json"
SCHOOL = "nexus.sqlite"
SPARE = 256 * 1024 * 1024
"""Bytes that must be left on the disk beside a snapshot: the server needs some to start."""

Report = Callable[[int, int], None]
"""Called with the files that are done, of how many."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`version` of the program that took it, `size` in bytes."""

    name: str
    taken: datetime
    version: str
    files: int
    size: int


def take(home: Path, database: Database, report: Report = lambda *_: None) -> Snapshot:
    """Copy and prove the data of an owned HOME, of which no other process writes; drops the oldest beyond `KEPT`.

    Raises `Unavailable` (disk_full, database_gone) and `Invalid` (snapshot_damaged); nothing is left of it then.
    """
    taken = utc_now()
    target = home / COPIES / f"{taken:%Y%m%d-%H%M%S}-{__version__}"
    draft = target.with_name(target.name + ".draft")
    files = list(_files(home))
    _require_room(home, files)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    try:
        with translated():
            digests = _copy_all(home, files, draft, report)
            if not database.is_sqlite:
                digests[SCHOOL] = _copy_rows(database, draft / SCHOOL)
        _write_manifest(draft, taken, digests)
        verify(draft)
        draft.rename(target)
    except OSError as error:
        raise Unavailable(Failure.DISK_FULL, reason=str(error.strerror)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for old in snapshots(home)[KEPT:]:
        shutil.rmtree(home / COPIES / old.name)
    return _read(target)


def snapshots(home: Path) -> list[Snapshot]:
    """All whose manifest can be read, the newest first; one that is damaged must not hide the others."""
    found = []
    for folder in _folders(home):
        with suppress(Invalid):
            found.append(_read(folder))
    return sorted(found, key=lambda one: one.name, reverse=True)


def _folders(home: Path) -> list[Path]:
    places = (home / COPIES).glob(f"*/{MANIFEST}")
    return [place.parent for place in places if not place.parent.name.endswith(".draft")]


def verify(folder: Path) -> None:
    """Read every file again; raises `Invalid` (snapshot_damaged) with the first that is not as it was."""
    manifest = _manifest(folder)
    for name, told in manifest["files"].items():
        if not (folder / name).is_file() or _sha256(folder / name) != told:
            raise Invalid(Failure.SNAPSHOT_DAMAGED, file=name)
        if _is_database(Path(name)) and not _is_sound(folder / name):
            raise Invalid(Failure.SNAPSHOT_DAMAGED, file=name)


def restore(home: Path, name: str) -> None:
    """Put the data of an owned HOME back; what was there lies in copies/replaced until the next restore.

    A power cut leaves the old data or the new ones: whoever opens HOME next finishes. Raises `Invalid`
    (snapshot_unknown, snapshot_damaged) and `Unavailable` (disk_full), and changes nothing then.
    """
    if name not in {folder.name for folder in _folders(home)}:
        raise Invalid(Failure.SNAPSHOT_UNKNOWN, name=name)
    folder = home / COPIES / name
    verify(folder)
    try:
        begin_restoring(home, folder, list(_manifest(folder)["files"]))
    except OSError as error:
        raise Unavailable(Failure.DISK_FULL, reason=str(error.strerror)) from error
    complete_restoring(home)


def _files(home: Path) -> Iterator[Path]:
    """Paths below HOME of all that is copied."""
    for folder, folders, names in os.walk(home):
        place = Path(folder).relative_to(home)
        if place == Path():
            folders[:] = [one for one in folders if one not in LEFT_OUT]
            names = [one for one in names if one not in LEFT_OUT]
        folders.sort()
        yield from (place / one for one in sorted(names) if not one.endswith(("-wal", "-shm", ".partial", ".lock")))


def _copy_all(home: Path, files: Sequence[Path], draft: Path, report: Report) -> dict[str, str]:
    """The sha256 by path that each copy must have."""
    digests = {}
    for done, name in enumerate(files):
        report(done, len(files))
        digests[name.as_posix()] = _copy(home / name, draft / name)
    return digests


def _copy(source: Path, target: Path) -> str:
    """The sha256 that the copy must have: that of the source, but of a database, whose copy has other bytes."""
    if _is_database(source):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy_file(source, target)
        return _sha256(target)
    if source.suffix == ".pdf":  # named by its sha256 and never written again
        link_or_copy(source, target)
    else:
        copy_durably(source, target)
    return _sha256(source)


def _copy_rows(database: Database, target: Path) -> str:
    """The same for a PostgreSQL; `move` has compared the rows."""
    create_file(target)
    copy = Database(f"sqlite:///{target}")
    try:
        move(database, copy)
    finally:
        copy.close()
    return _sha256(target)


def _require_room(home: Path, files: Iterable[Path]) -> None:
    needed = sum((home / name).stat().st_size for name in files if name.suffix != ".pdf")
    if shutil.disk_usage(home).free < needed + SPARE:
        raise Unavailable(Failure.DISK_FULL, reason=f"{(needed + SPARE) // 2**20} MB")


def _write_manifest(folder: Path, taken: datetime, files: Mapping[str, str]) -> None:
    size = sum((folder / name).stat().st_size for name in files)
    told = {"version": __version__, "taken": taken.isoformat(), "size": size, "files": dict(files)}
    write_private(folder / MANIFEST, json.dumps(told, indent=1))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        return {key: told[key] for key in ("version", "taken", "size", "files")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid(Failure.SNAPSHOT_DAMAGED, file=MANIFEST) from error


def _read(folder: Path) -> Snapshot:
    told = _manifest(folder)
    taken = datetime.fromisoformat(told["taken"])
    return Snapshot(folder.name, taken, told["version"], len(told["files"]), told["size"])


def _is_database(path: Path) -> bool:
    return path.suffix in (".sqlite", ".sqlite3")


def _is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        try:
            return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))
        except sqlite3.DatabaseError:
            return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
