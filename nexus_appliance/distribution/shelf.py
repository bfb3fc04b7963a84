"""Programs beside the installed one: unpacked from verified files, one of them current. Root's own folder on Linux."""

import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from nexus_appliance.curriculum.pack import sync_folder
from nexus_appliance.program import FILE

PROGRAMS = Path("/var/lib/nexus-programs")
"""Where the packages make it; `installer/linux/nexus` starts what is current in it."""
VERSION = "version"
"""A file beside it: the version, for the scripts of the packages."""

FILES, BYTES = 50_000, 4 << 30
"""Of a program at most: the bundle has 1,100 files and .5 GB."""


class NotAProgramError(Exception):
    """An archive that is none, or holds what no program holds."""


class Shelf:
    """The folder; its owner alone writes there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def current(self) -> Path | None:
        """The program that is in use instead of the installed one."""
        link = self.folder / "current"
        return self.folder / os.readlink(link) if link.is_symlink() else None

    @property
    def version(self) -> str:
        """That of the current program; empty without one."""
        current = self.current
        return (current / VERSION).read_text("ascii").strip() if current else ""

    def place(self, version: str, sha256: str) -> Path:
        """Where a program lies once it is unpacked."""
        return self.folder / f"{version}-{sha256[:12]}"

    def point(self, program: Path | None) -> None:
        """Make a program the current one, or the installed one again; at once and for certain."""
        link = self.folder / "current"
        if program is None:
            link.unlink(missing_ok=True)
        else:
            draft = self.folder / "current.new"
            draft.unlink(missing_ok=True)
            draft.symlink_to(program.name)
            draft.replace(link)
        sync_folder(self.folder)

    def unpack(self, archive: Path, version: str, sha256: str) -> Path:
        """The program's folder, whole and on the disk.

        Raises `NotAProgramError` for an archive that is none, whose names lead out of it, or without a program; OSError
        for the disk.
        """
        target = self.place(version, sha256)
        draft = self.folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)
        draft.mkdir(mode=0o755)
        with _damage(), zipfile.ZipFile(archive) as opened:
            for member in _checked(opened):
                _extract(opened, member, draft)
        if not os.access(draft / FILE, os.X_OK) or not (draft / FILE).is_file():
            raise NotAProgramError("no program in it")
        (draft / VERSION).write_text(f"{version}\n", "ascii")
        os.sync()
        draft.rename(target)
        sync_folder(self.folder)
        return target

    def tidy(self) -> None:
        """Keep the current program alone."""
        shutil.rmtree(self.folder / "draft", ignore_errors=True)
        kept = self.current
        for folder in self.folder.iterdir():
            if folder.is_dir() and not folder.is_symlink() and folder != kept and (folder / FILE).exists():
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeError) as error:
        raise NotAProgramError(str(error)) from error


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members, none of which leads out of the folder; links are resolved before anything is written."""
    members = archive.infolist()
    if len(members) > FILES or sum(member.file_size for member in members) > BYTES:
        raise NotAProgramError("too large")
    links = {_inside(member.filename) for member in members if _is_link(member)}
    for member in members:
        path = _inside(member.filename)
        if links.intersection(path.parents):
            raise NotAProgramError(f"below a link: {member.filename}")
        if _is_link(member):
            target = archive.read(member).decode("utf-8") if member.file_size < 4096 else ""
            _inside((path.parent / target).as_posix() if target and not target.startswith("/") else "..")
    return members


def _inside(name: str) -> PurePosixPath:
    """A path that stays in the folder; raises `NotAProgramError`."""
    path = PurePosixPath(os.path.normpath(name))
    if not name or "\\" in name or "\0" in name or path.is_absolute() or path.parts[:1] in ((), ("..",)):
        raise NotAProgramError(f"leads out: {name[:100]!r}")
    return path


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    target = folder / _inside(member.filename)
    if member.is_dir():
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
        return
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if _is_link(member):
        target.symlink_to(archive.read(member).decode("utf-8"))
        return
    with archive.open(member) as source, target.open("xb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    target.chmod(0o755 if member.external_attr >> 16 & stat.S_IXUSR else 0o644)
