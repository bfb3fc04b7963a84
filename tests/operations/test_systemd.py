"""What a change of programs asks of Linux, with programs that note how they are called."""

from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.operations import systemd
from nexus_appliance.operations.doctor import PROGRAM
from nexus_appliance.operations.systemd import Systemd
from tests.operations.programs import Programs


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    made = Programs(tmp_path / "bin")
    for name in ("systemctl", "setpriv"):
        made.add(name)
    monkeypatch.setenv("PATH", str(made.folder))
    return made


def test_the_service_is_stopped_and_started(programs: Programs, tmp_path: Path) -> None:
    control = Systemd(Config(home=tmp_path))
    control.stop()
    control.start()
    verbs = ["stop", "reset-failed", "start"]
    assert programs.calls("systemctl", 3) == [[verb, "nexus-appliance.service"] for verb in verbs]


def test_programs_run_as_the_data_s_user(programs: Programs, tmp_path: Path) -> None:
    control = Systemd(Config(home=tmp_path))
    control.say(None, "snapshot", "take")
    control.say(tmp_path / "9.0.0", "--version")
    installed, newer = programs.calls("setpriv", 2)
    assert installed[:2] == ["--reuid=nexus", "--regid=nexus"]
    assert f"NEXUS_HOME={tmp_path}" in installed
    assert installed[-3:] == ["/opt/nexus-appliance/nexus", "snapshot", "take"]
    assert newer[-2:] == [f"{tmp_path}/9.0.0/nexus", "--version"]


def test_what_fails_says_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "systemctl"
    failing.write_text("#!/bin/sh\necho 'Unit nexus-appliance.service not found.' >&2\nexit 5\n")
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OSError, match=r"systemctl: Unit nexus-appliance\.service not found"):
        Systemd(Config(home=tmp_path)).start()


def test_health_is_pages_now_and_a_while_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systemd, "READY", 0.2)
    monkeypatch.setattr(systemd, "STEADY", 0.01)
    answers: list[str] = []
    monkeypatch.setattr(systemd, "signature", lambda *_: answers.pop(0) if answers else "")
    control = Systemd(Config(home=tmp_path))
    assert not control.is_healthy()
    answers[:] = [PROGRAM, PROGRAM]
    assert control.is_healthy()
    answers[:] = [PROGRAM]  # and then it died
    assert not control.is_healthy()
