"""Programs of a channel for tests: a shell script in a zip, and a service that is no systemd."""

import io
import stat
import subprocess
import zipfile
from pathlib import Path

SCRIPT = """#!/bin/sh
# A program of version {version}: data of a newer one it does not serve; `{serves}`: whether it serves at all.
set -e
case "$1" in
--version) echo "nexus, version {version}" ;;
snapshot)
    case "$2" in
    take) [ ! -e "$NEXUS_HOME/voll" ] || exit 1
        mkdir -p "$NEXUS_HOME/copies"; cp "$NEXUS_HOME/data" "$NEXUS_HOME/copies/satu"; echo '{{"name": "satu"}}' ;;
    restore) cp "$NEXUS_HOME/copies/$3" "$NEXUS_HOME/data" ;;
    esac ;;
serve)
    echo "{version}" >>"$NEXUS_HOME/started"
    [ "$(cat "$NEXUS_HOME/data")" = alt ] || [ "$(cat "$NEXUS_HOME/data")" = "{version}" ] || exit 3
    echo "{version}" >"$NEXUS_HOME/data"
    {serves} ;;
esac
"""

ABOUT = {"system": "linux", "machine": "x86_64"}


def archive(version: str, *, serves: bool = True, extra: dict[str, bytes] | None = None) -> bytes:
    """The zip of a program."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        member = zipfile.ZipInfo("nexus")
        member.external_attr = (stat.S_IFREG | 0o755) << 16
        opened.writestr(member, SCRIPT.format(version=version, serves="true" if serves else "false"))
        opened.writestr("_internal/lib.so", b"library")
        link = zipfile.ZipInfo("_internal/lib.so.1")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "lib.so")
        for name, content in (extra or {}).items():
            opened.writestr(name, content)
    return stream.getvalue()


class Service:
    """As systemd would keep it: `serve` of the current program, which ends at once here."""

    def __init__(self, home: Path, shelf: Path, installed: Path) -> None:
        self._home = home
        self._shelf = shelf
        self._installed = installed
        self.calls: list[str] = []
        self.serving = False
        self.cut = ""

    def start(self) -> None:
        """Raises OSError when it ends badly."""
        self._note("start")
        current = self._shelf / "current"
        self.say(current.resolve() if current.is_symlink() else None, "serve")
        self.serving = True

    def stop(self) -> None:
        """Nothing runs on."""
        self._note("stop")
        self.serving = False

    def is_healthy(self) -> bool:
        """As the last start said."""
        self._note("look")
        return self.serving

    def say(self, program: Path | None, *verb: str) -> str:
        """Run it; raises OSError."""
        self._note(" ".join(verb[:2]))
        done = subprocess.run(
            [(program or self._installed) / "nexus", *verb],
            env={"NEXUS_HOME": str(self._home), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise OSError(f"{verb}: {done.returncode} {done.stderr}")
        return done.stdout

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if call == self.cut:
            raise PowerLossError


class PowerLossError(BaseException):
    """The power is cut."""
