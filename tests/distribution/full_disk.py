"""Updates on a small disk of their own that really is full, at one step after the other; run by `test_full_disk`.

At each step something else takes all that is left, and gives it back after the look: the version before answers
meanwhile, and what a student was told is only missing in the history. Prints how many steps met a full disk.
"""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from nexus_appliance.config import Config
from nexus_appliance.distribution.looking import Looking, LookProgress
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import FolderSource
from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import RESERVE
from nexus_appliance.knowledge.vectors import ChromaIndex
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import Home
from nexus_appliance.storage.migrate import upgrade
from tests.distribution.channels import Publisher
from tests.fakes import HashEncoder
from tests.knowledge.books import add_subject

SIZE = (RESERVE >> 20) + 48
"""Megabytes."""
PAGES = 40
MOST = 2000


class Disk:
    """A small disk, something else on it that takes what is left, and the steps of ours that are counted."""

    def __init__(self, home: Path) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(home)], check=True)
        self._other = home / "other"
        self._steps = self._fatal = 0
        for module, name in (
            (os, "fsync"),
            (os, "rename"),
            (os, "replace"),
            (os, "unlink"),
            (os, "open"),
            (io, "open"),
        ):
            setattr(module, name, self._counted(getattr(module, name)))

    def fill_at(self, fatal: int) -> None:
        """Take all that is left when the step with this number is about to be done."""
        self._steps, self._fatal = 0, fatal

    def step(self, *_given: Any) -> None:
        """One step of ours."""
        self._steps += 1
        if self._steps == self._fatal:
            self._fill()

    @property
    def is_full(self) -> bool:
        return self._steps >= self._fatal > 0

    def give_back(self) -> None:
        """The other thing is deleted."""
        self._fatal = 0
        self._other.unlink(missing_ok=True)

    def used(self) -> int:
        """Bytes that are taken."""
        found = os.statvfs(self._other.parent)
        return (found.f_blocks - found.f_bfree) * found.f_frsize

    def _fill(self) -> None:
        handle = os.open(self._other, os.O_WRONLY | os.O_CREAT)
        place, size = 0, 1 << 28
        while size >= 4096:
            try:
                os.posix_fallocate(handle, place, size)
                place += size
            except OSError:
                size //= 2
        os.close(handle)
        assert os.statvfs(self._other.parent).f_bavail == 0

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            self.step()
            return real(*given, **named)

        return call


def texts(version: int) -> list[str]:
    return [f"Hewan {page} edisi {version}." for page in range(PAGES)]


def sizes_of(home: Path) -> dict[str, int]:
    """Bytes by the first folder or file below, for a failure."""
    sizes: dict[str, int] = {}
    for file in home.rglob("*"):
        if file.is_file():
            place = file.relative_to(home).parts[0]
            sizes[place] = sizes.get(place, 0) + file.stat().st_size
    return sizes


def answering(library: Library, subject: int) -> int:
    """The one version that answers."""
    passages = library.search(subject, "hewan edisi").passages
    (said,) = {passage.text.split()[3].rstrip(".") for passage in passages}
    return int(said)


def main(folder: Path, stride: int) -> None:
    (folder / "disk").mkdir()
    disk, home = Disk(folder / "disk"), folder / "disk" / "home"
    encoder, publisher = HashEncoder(dimensions=384), Publisher(folder)
    Home(home)
    config = Config(home=home)
    database = Database(config.database)
    upgrade(database)
    library = Library(database, home, ChromaIndex(home / "vectors", encoder.identity.key), encoder)
    looking = Looking(database, library, home, LookProgress())
    subject, version = add_subject(database), 1

    def publish() -> None:
        publisher.publish(texts(version), f"1.{version}.0", encoder=encoder)

    def look(step: Callable[..., None] = lambda: None) -> int:
        bounds = Bounds(library.require_room, step)
        source, now = FolderSource(publisher.folder), publisher.now + timedelta(hours=1)
        return looking.look(source, publisher.root, now, bounds, eager=True).installed

    publish()
    look()
    met = 0
    for fatal in range(1, MOST, stride):
        version += 1
        publish()
        disk.fill_at(fatal)
        try:
            installed = look(disk.step)
        except Unavailable as failure:
            assert failure.code is Failure.DISK_FULL, failure
            installed = 0
        full = disk.is_full
        now = answering(library, subject)
        assert now in (version - 1, version) if not installed else now == version
        disk.give_back()
        if not full:
            break
        met += 1
        look()
        assert answering(library, subject) == version
        library.sweep(publisher.now + timedelta(days=400))
        assert not list((home / "staging").iterdir()), list((home / "staging").iterdir())
        assert not list((home / "downloads").iterdir()), list((home / "downloads").iterdir())
        assert len(list((home / "packs").glob("*.vkp"))) == 2  # the one that answers, and the one to go back to
        shutil.rmtree(home / "books")  # older PDFs, which a chore deletes an hour later
        assert disk.used() < 24 << 20, sizes_of(home)
    else:
        raise AssertionError("an update has more steps than this test tries")
    print(met)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
