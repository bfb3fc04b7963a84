"""The self-extracting file for a Linux without dpkg, really run: install, upgrade, downgrade, a fault, removal.

As root in a sandbox whose system is read-only; what it writes lies in a folder of the test.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from installer.linux import self_extracting
from tests.tools import lacking, need

PROGRAM = """#!/bin/sh
# Notes its snapshots; one named `voll` beside the data makes them fail.
case "$1 $2" in
"snapshot take")
    [ ! -e /var/lib/nexus-appliance/voll ] || exit 1
    echo "2026-01-01-{version}" >>/var/lib/nexus-appliance/snapshots
    ;;
"snapshot list") cat /var/lib/nexus-appliance/snapshots 2>/dev/null ;;
"snapshot restore") echo "restored $3" >>/var/lib/nexus-appliance/log ;;
*) echo "halo dari {version}, $(id -un)" ;;
esac
"""

DATA = "var/lib/nexus-appliance"


class Sandbox:
    """A Linux without dpkg's memory of us: the machine's own system, read-only, and places to write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree("/etc", folder / "etc", symlinks=True, ignore_dangling_symlinks=True)
        places = ("opt", "usr/local", "var/lib", "tmp", "run")
        for place in places:
            (folder / place).mkdir(parents=True)
        binds = [word for place in ("etc", *places) for word in ("--bind", str(folder / place), f"/{place}")]
        self._command = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", *binds, "--cap-add", "ALL"]

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A command in it."""
        settings = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", **variables}
        return subprocess.run(
            [*self._command, *words], capture_output=True, text=True, check=False, env=settings, timeout=60
        )

    def has(self, path: str) -> bool:
        """Whether something lies there."""
        return (self.folder / path).exists()


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    need("makeself", "bwrap")
    if os.geteuid() != 0:
        lacking("not root")
    return Sandbox(tmp_path / "machine")


def packed(folder: Path, sandbox: Sandbox, version: str) -> str:
    """The file of a version, where the sandbox has it."""
    bundle = folder / f"bundle-{version}"
    bundle.mkdir()
    (bundle / "nexus").write_text(PROGRAM.format(version=version))
    (bundle / "nexus").chmod(0o755)
    self_extracting.main(["--version", version, "--bundle", str(bundle), "--out", str(folder)])
    shutil.move(folder / f"nexus-appliance-{version}.run", sandbox.folder / "tmp")
    return f"/tmp/nexus-appliance-{version}.run"


def test_its_whole_life(tmp_path: Path, sandbox: Sandbox) -> None:
    first, second = (packed(tmp_path, sandbox, version) for version in ("1.9.0", "1.10.0"))

    done = sandbox.run("sh", first)
    assert done.returncode == 0, done.stderr
    assert sandbox.run("/usr/local/bin/nexus", "halo").stdout == "halo dari 1.9.0, nexus\n"
    assert (sandbox.folder / DATA).stat().st_mode & 0o777 == 0o700
    unit = (sandbox.folder / "etc/systemd/system/nexus-check.service").read_text()
    assert "ExecStart=/usr/local/bin/nexus check" in unit
    settings = sandbox.folder / "etc/nexus-appliance/settings"
    settings.write_text("NEXUS_PORT=81\n")

    (sandbox.folder / DATA / "nexus.lock").touch()
    (sandbox.folder / DATA / "voll").touch()
    done = sandbox.run("sh", second)
    assert done.returncode != 0
    assert "salinan data gagal, jadi tidak ada yang diubah" in done.stderr
    assert "halo dari 1.9.0" in sandbox.run("/usr/local/bin/nexus", "halo").stdout
    (sandbox.folder / DATA / "voll").unlink()

    done = sandbox.run("sh", second)
    assert done.returncode == 0, done.stderr
    assert sandbox.run("/usr/local/bin/nexus", "halo").stdout == "halo dari 1.10.0, nexus\n"
    assert (sandbox.folder / DATA / "snapshots").read_text() == "2026-01-01-1.9.0\n"
    assert settings.read_text() == "NEXUS_PORT=81\n"
    assert sorted(one.name for one in (sandbox.folder / "opt").iterdir()) == ["nexus-appliance"]

    newer = sandbox.folder / "var/lib/nexus-programs/current"  # as the channel would have brought it
    newer.mkdir()
    (newer / "nexus").write_text(PROGRAM.format(version="9.0.0"))
    (newer / "nexus").chmod(0o755)
    assert sandbox.run("/usr/local/bin/nexus", "halo").stdout == "halo dari 9.0.0, nexus\n"
    assert sandbox.run("/usr/local/bin/nexus", "switch").stdout == "halo dari 1.10.0, root\n"
    shutil.rmtree(newer)

    done = sandbox.run("sh", first)
    assert done.returncode != 0
    assert "versi 1.10.0 yang terpasang lebih baru daripada 1.9.0" in done.stderr
    assert "NEXUS_DOWNGRADE=yes sudo -E sh nexus-appliance-1.9.0.run" in done.stderr
    assert sandbox.run("sh", first, NEXUS_DOWNGRADE="yes").returncode == 0
    assert "restored 2026-01-01-1.9.0" in (sandbox.folder / DATA / "log").read_text()

    done = sandbox.run("sh", "/opt/nexus-appliance/setup/uninstall.sh")
    assert done.returncode == 0, done.stderr
    assert not sandbox.has("opt/nexus-appliance")
    assert not sandbox.has("usr/local/bin/nexus")
    assert sandbox.has(f"{DATA}/snapshots")
    assert settings.exists()

    assert sandbox.run("sh", first).returncode == 0
    assert settings.read_text() == "NEXUS_PORT=81\n"
    assert sandbox.run("sh", "/opt/nexus-appliance/setup/uninstall.sh", "--purge").returncode == 0
    for path in (DATA, "etc/nexus-appliance", "opt/nexus-appliance", "etc/systemd/system/nexus-appliance.service"):
        assert not sandbox.has(path)
    assert not any((sandbox.folder / "usr/local").rglob("nexus*"))
    assert not sandbox.has("usr/local/share/doc")
    assert sandbox.run("getent", "passwd", "nexus").returncode != 0


def test_a_copy_that_fails_brings_the_old_program_back(tmp_path: Path, sandbox: Sandbox) -> None:
    first, second = (packed(tmp_path, sandbox, version) for version in ("1.0.0", "1.1.0"))
    assert sandbox.run("sh", first).returncode == 0
    units = sandbox.folder / "etc/systemd/system"
    (units / "nexus-check.timer").unlink()
    (units / "nexus-check.timer").mkdir()  # no file can take its place
    done = sandbox.run("sh", second)
    assert done.returncode != 0
    assert "pemasangan gagal; versi 1.0.0 tetap terpasang" in done.stderr
    assert "halo dari 1.0.0" in sandbox.run("/usr/local/bin/nexus", "halo").stdout
    assert sorted(one.name for one in (sandbox.folder / "opt").iterdir()) == ["nexus-appliance"]


def test_who_is_not_root_is_told_what_to_do(tmp_path: Path, sandbox: Sandbox) -> None:
    script = tmp_path / "install.sh"
    script.write_text((Path(self_extracting.__file__).parent / "run" / "install.sh").read_text())
    script.chmod(0o644)
    done = sandbox.run("setpriv", "--reuid=65534", "--clear-groups", "sh", "-c", script.read_text())
    assert done.returncode == 1
    assert "jalankan sebagai root: sudo sh" in done.stderr
