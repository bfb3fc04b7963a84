"""`nexus open` on a machine where no server runs, and on one where one does."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.browser.server import free_port
from tests.operations.programs import Programs

COMMAND = (sys.executable, "-m", "nexus_appliance", "open")
STOP = (*COMMAND[:-1], "stop")


def servers(home: Path) -> list[psutil.Process]:
    """Those of this test."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words, variables = process.info["cmdline"] or [], process.info["environ"] or {}
        if words[-1:] == ["serve"] and variables.get("NEXUS_HOME") == str(home):
            found.append(process)
    return found


def test_a_window_opens_and_the_server_outlives_it(tmp_path: Path) -> None:
    programs = Programs(tmp_path / "bin")
    programs.add("chromium")
    home, port = tmp_path / "home", free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("NEXUS_", "PYTEST"))},
        "PATH": f"{programs.folder}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "NEXUS_HOME": str(home),
        "NEXUS_PORT": str(port),
        "NEXUS_HOST": "127.0.0.1",
        "NEXUS_MDNS_NAME": "",
    }
    try:
        twice = [subprocess.Popen(COMMAND, env=environment) for _ in range(2)]  # as from two quick double-clicks
        assert [one.wait(90) for one in twice] == [0, 0]
        for call in programs.calls("chromium", 2):  # a page that waits, or the server's when it was fast
            assert re.fullmatch(rf"--app=http://(127\.0\.0\.1:\d+/[\w-]{{22}}|localhost:{port}/konsol)", call[-1])
        assert len(servers(home)) == 1
        subprocess.run(COMMAND, env=environment, check=True, timeout=30)
        assert programs.calls("chromium", 3)[-1][-1] == f"--app=http://localhost:{port}/konsol"
        for told in ("stopped", "no server was running"):
            done = subprocess.run(STOP, env=environment, check=True, timeout=90, stdout=subprocess.PIPE, text=True)
            assert done.stdout == f"{told}\n"
        assert servers(home) == []
    finally:
        for process in servers(home):
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def test_a_server_that_does_not_start_is_told(tmp_path: Path) -> None:
    (tmp_path / "nexus.toml").write_text('model = "gibt-es-nicht"\nargon2_time = 1\n')
    (tmp_path / "nexus.sqlite").mkdir()
    environment = {**os.environ, "NEXUS_HOME": str(tmp_path), "NEXUS_PORT": str(free_port()), "NEXUS_LANGUAGE": "id"}
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 1
    assert "Server tidak bisa dinyalakan" in done.stderr
    assert (tmp_path / "logs" / "start.log").read_text() != ""


@pytest.mark.parametrize("method", ["mkdir", "exists"])
def test_whoever_may_not_start_the_service_is_told_who_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    from nexus_appliance.commands import open as opening
    from nexus_appliance.config import Config
    from nexus_appliance.errors import Failure, Unavailable

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, method, denied)
    with pytest.raises(Unavailable) as caught:
        opening.start(Config(home=tmp_path / "home"))
    assert caught.value.code is Failure.SERVICE_OFF
    assert "systemctl start nexus-appliance" in str(caught.value.values["command"])


def test_the_settings_of_somebody_else_are_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nexus_appliance.config import Config

    def denied(*_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", denied)
    assert Config.load({}, home=tmp_path).home == tmp_path
