"""The real server as a process of its own, on a data folder and a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.inference.models import SMALL
from tests.ui.school import PASSWORD

PROJECT = Path(__file__).parents[2]

START_TIME = 90.0
"""Seconds until the sign-in page answers; a busy machine starts slowly."""

STOP_TIME = 20.0

COMMAND = (sys.executable, "-m", "nexus_appliance")

COMMAND_TIME = 120.0
"""Seconds that a verb may take; a book of three pages needs about ten."""

PATIENCE = 60.0
"""Seconds that one request may take."""


class Server:
    """`python -m nexus_appliance serve`, started, stopped and started again on the same data.

    It is reached at `host`; `prefix` is a command that runs it somewhere else, such as in a network namespace.
    """

    def __init__(self, home: Path, *, host: str = "127.0.0.1", prefix: Sequence[str] = (), **settings: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://{host}:{self.port}"
        self._command = (*prefix, *COMMAND)
        self.log = home.with_name(f"{home.name}.log")
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until pages are served."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, "serve"],
                cwd=PROJECT,
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_TIME
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the server did not start:\n{self.log.read_text('utf-8', 'replace')[-3000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it as a service manager does; it must go by itself."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIME)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def sign_in(self, username: str, password: str = PASSWORD) -> str:
        """A new session's token."""
        fields = {"username": username, "password": password}
        answer = httpx.post(f"{self.url}/masuk", data=fields, timeout=PATIENCE)
        token = answer.cookies.get("nexus_session")
        assert token, answer.headers.get("location")
        return token

    def run(self, *verb: str) -> None:
        """A verb of the command line on the running server."""
        subprocess.run([*self._command, *verb], cwd=PROJECT, env=self._environ(), check=True, timeout=COMMAND_TIME)

    def told(self, *verb: str) -> Any:
        """The JSON that a verb prints, whatever its exit code."""
        done = subprocess.run(
            [*self._command, *verb, "--json"],
            cwd=PROJECT,
            env=self._environ(),
            stdout=subprocess.PIPE,
            check=False,
            timeout=COMMAND_TIME,
        )
        return json.loads(done.stdout)

    def _environ(self) -> dict[str, str]:
        """Nothing of the test's own environment: NiceGUI looks there for pytest."""
        return {
            **{name: os.environ[name] for name in ("HOME", "PATH", "XDG_CACHE_HOME") if name in os.environ},
            "NEXUS_HOME": str(self.home),
            "NEXUS_HOST": "127.0.0.1",
            "NEXUS_PORT": str(self.port),
            "NEXUS_MODEL": SMALL,
            "NEXUS_MODEL_THREADS": "1",
            "NEXUS_ANSWER_TOKENS": "120",
            "NEXUS_ARGON2_MEMORY": "8",
            "NEXUS_ARGON2_TIME": "1",
            **self._settings,
        }

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/masuk", timeout=2).status_code in (200, 303)
        except httpx.TransportError:
            return False


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
