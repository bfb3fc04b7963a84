"""The service's command as its unit says, where no systemd is the first process."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.installed.root import Root
from tests.networks import OtherMachine

NOTIFY = "run/nexus-notify"
WATCHDOG = 9.0
"""Seconds; the unit allows more, and a trial should not wait for that."""

STARTS = 120.0

PROGRAMS = (b"/opt/nexus-appliance/nexus", b"/var/lib/nexus-programs/current/nexus")
"""What /usr/bin/nexus becomes."""


class Manager:
    """What a service manager hears through NOTIFY_SOCKET."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        path.chmod(0o666)
        self.heard: list[tuple[float, str]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            told = self._socket.recv(4096).decode()
            self.heard.append((time.monotonic(), told))

    def times(self, state: str) -> list[float]:
        """When it was told this."""
        return [moment for moment, told in self.heard if told == state]


class Service:
    """The program as its unit confines it (`confined.py`), on a network of its own."""

    def __init__(self, root: Root, machine: OtherMachine) -> None:
        self._root, self._machine = root, machine
        self.manager = Manager(root.folder / NOTIFY)
        self.log = root.folder / "run" / "nexus.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start and wait until it says that it is ready; the seconds that took."""
        began = time.monotonic()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        while not any(moment > began for moment in self.manager.times("READY=1")):
            if self._process.poll() is not None or time.monotonic() - began > STARTS:
                raise RuntimeError(self.log.read_text("utf-8", "replace"))
            time.sleep(0.1)
        return time.monotonic() - began

    def stop(self) -> int:
        """As `systemctl stop`: the exit code."""
        assert self._process is not None
        for pid in self._pids():
            os.kill(pid, signal.SIGTERM)
        return self._process.wait(60)

    def kill(self) -> None:
        """End what is left of it."""
        if self._process is not None and self._process.poll() is None:
            for pid in self._pids():
                os.kill(pid, signal.SIGKILL)
            self._process.wait(60)

    def status(self) -> dict[str, str]:
        """What the kernel says of its process (man proc)."""
        (pid,) = self._pids()
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def _pids(self) -> list[int]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if line[0] in PROGRAMS and line[1:2] == [b"serve"]:
                found.append(int(folder.name))
        return found

    def _command(self) -> list[str]:
        confined = [sys.executable, "-m", "tests.installed.confined", str(self._root.folder)]
        variables = [f"NOTIFY_SOCKET=/{NOTIFY}", f"WATCHDOG_USEC={WATCHDOG * 1e6:.0f}"]
        return [*self._machine.prefix, "unshare", "--mount", *confined, *variables]
