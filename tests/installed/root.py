"""A Debian that nothing is installed in, in a folder."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BACKUPS = {f"./etc/{name}-" for name in ("passwd", "group", "shadow", "gshadow", "subuid", "subgid")}
MIRROR = "http://deb.debian.org/debian"


class Root:
    """Commands run in it as root and cannot ask: nobody is at their terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *command: str, check: bool = True, **environment: str) -> str:
        """What a command prints, errors among it."""
        variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(
            ["chroot", str(self.folder), *command],
            env={**variables, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}")
        return done.stdout

    def exists(self, path: str) -> bool:
        """Whether a file of it is there."""
        return (self.folder / path.lstrip("/")).exists()

    def files(self) -> set[str]:
        """All paths on its own file system, but what dpkg, APT and useradd (`/etc/shadow-`) write about themselves."""
        found = subprocess.run(
            ["find", ".", "-xdev", "-not", "-path", "./var/lib/dpkg/*", "-not", "-path", "./var/log/*"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return {name for name in found.stdout.splitlines() if name not in BACKUPS}


@contextmanager
def debian(folder: Path, mirror: str) -> Iterator[Root]:
    """A minimal Debian; made in `folder` unless one is there."""
    if not (folder / "etc" / "debian_version").exists():
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(folder), mirror], check=True)
    mounts = [("proc", "proc"), ("devtmpfs", "dev"), ("tmpfs", "dev/shm"), ("tmpfs", "run")]
    for kind, place in mounts:
        subprocess.run(["mount", "-t", kind, kind, str(folder / place)], check=True)
    try:
        yield Root(folder)
    finally:
        for _, place in reversed(mounts):
            subprocess.run(["umount", "--lazy", str(folder / place)], check=False)
