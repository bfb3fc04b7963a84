"""The server as systemd runs it, and programs as the user who owns the data: what a change of programs needs."""

import os
import subprocess
import time
from pathlib import Path

from nexus_appliance.config import Config
from nexus_appliance.operations.doctor import PROGRAM, signature
from nexus_appliance.operations.ports import kept_port
from nexus_appliance.program import FILE, UNIT

USER = "nexus"
INSTALLED = Path("/opt/nexus-appliance")

READY, STEADY = 120.0, 20.0
"""Seconds until pages must come, and in which they must go on to: a program that dies of its model does so here."""

COPY = 7200.0
"""Seconds that a copy of a school's data may take on a slow disk."""


class Systemd:
    """See `distribution.switcher.Control`."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def start(self) -> None:
        """Start the service and wait for its word that it serves."""
        _run("systemctl", "reset-failed", UNIT, check=False)
        _run("systemctl", "start", UNIT)

    def stop(self) -> None:
        """Stop it, if it runs."""
        _run("systemctl", "stop", UNIT)

    def is_healthy(self) -> bool:
        """Whether pages come, and still do a while later."""
        until = time.monotonic() + READY
        while not self._answers():
            if time.monotonic() > until:
                return False
            time.sleep(0.5)
        time.sleep(STEADY)
        return self._answers()

    def say(self, program: Path | None, *verb: str) -> str:
        """What a program prints as the data's user; raises OSError with its last words."""
        home = str(self._config.home)
        as_owner = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs")
        settings = ("env", f"HOME={home}", f"NEXUS_HOME={home}")
        return _run(*as_owner, *settings, str((program or INSTALLED) / FILE), *verb, folder=home)

    def _answers(self) -> bool:
        return signature("127.0.0.1", kept_port(self._config) or self._config.port) == PROGRAM


def _run(*command: str, check: bool = True, folder: str = "/") -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=COPY
        )
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{command[0]} does not end") from error
    if check and done.returncode:
        raise OSError(f"{os.path.basename(command[0])}: {done.stderr.strip()[-300:]}")
    return done.stdout
