"""The Debian package: its unit is shut, its scripts are sound, its files have the right rights."""

import os
import subprocess
from pathlib import Path

import pytest

from installer.linux import deb

LINUX = Path(deb.__file__).parent
EXPOSURE = 20
"""Tenths; what `systemd-analyze security` may find at most."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of a bundle that is one small program, taken apart again."""
    folder = tmp_path_factory.mktemp("package")
    (folder / "bundle").mkdir()
    program = folder / "bundle" / "nexus"
    program.write_text("#!/bin/sh\necho halo\n")
    program.chmod(0o755)
    deb.main(["--version", "7.8.9", "--bundle", str(folder / "bundle"), "--out", str(folder)])
    subprocess.run(
        ["dpkg-deb", "--raw-extract", folder / "nexus-appliance_7.8.9_amd64.deb", folder / "tree"], check=True
    )
    return folder / "tree"


def test_the_service_is_shut() -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager"]
    done = subprocess.run([*command, LINUX / "nexus-appliance.service"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_the_units_are_understood(package: Path) -> None:
    units = sorted((package / "usr/lib/systemd/system").iterdir())
    assert len(units) == 5
    command = ["systemd-analyze", "verify", f"--root={package}", *(f"/{unit.relative_to(package)}" for unit in units)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "nexus" in line and "not found" not in line]
    assert complaints == []


@pytest.mark.parametrize("name", ["preinst", "postinst", "prerm", "postrm"])
def test_a_script_is_sound(package: Path, name: str) -> None:
    script = package / "DEBIAN" / name
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", script], check=True)
    assert "@VERSION@" not in script.read_text("utf-8")


def test_everybody_may_read_the_program_and_nobody_else_writes_it(package: Path) -> None:
    for file in package.rglob("*"):
        rights = file.stat().st_mode & 0o777
        assert rights & 0o444 == 0o444, file
        assert rights & 0o022 == 0, file
    assert os.access(package / "opt/nexus-appliance/nexus", os.X_OK)
    assert os.access(package / "usr/bin/nexus", os.X_OK)


def test_the_settings_are_the_administrators(package: Path) -> None:
    assert (package / "DEBIAN/conffiles").read_text() == "/etc/nexus-appliance/settings\n"
