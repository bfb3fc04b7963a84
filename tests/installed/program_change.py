"""A newer program comes by the channel and is changed to; one that does not serve goes again. By the real program."""

import io
import json
import shutil
import stat
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from cloud import channel
from cloud.channel import Published
from cloud.keys import FolderKeys
from cloud.store import FolderStore
from nexus_appliance.curriculum.channel import PROGRAMS
from tests.installed.root import Root
from tests.installed.service import Service
from tests.networks import OtherMachine

SHELF = "/var/lib/nexus-programs"
ROOT_FILE = "/etc/nexus-appliance/root.json"
BROKEN = '#!/bin/sh\n[ "$1" != --version ] || exec echo "nexus, version {version}"\nexit 1\n'
SYSTEMCTL = """#!/bin/sh
# There is no systemd here: the trial does what is asked and says how it went.
[ "$1" != reset-failed ] || exit 0
rm -f /run/systemctl.done
echo "$1" >/run/systemctl.draft
mv /run/systemctl.draft /run/systemctl.asked
while [ ! -e /run/systemctl.done ]; do sleep 0.1; done
exit "$(cat /run/systemctl.done)"
"""


class Channel:
    """A publisher's channel on a stick in the machine."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self.folder = root.folder / "srv" / "channel"
        keys = root.folder.parent / "publisher-keys"
        self._keys = FolderKeys(keys)
        self._keys.generate()
        self._now = datetime.now(UTC) - timedelta(hours=1)
        self._store = FolderStore(self.folder)
        (root.folder / ROOT_FILE.lstrip("/")).write_bytes(channel.create(self._store, self._keys, self._now))
        with (root.folder / "etc/nexus-appliance/settings").open("a") as settings:
            settings.write(f"NEXUS_CHANNEL_ROOT={ROOT_FILE}\n")

    def offer(self, version: str, program: Path) -> None:
        """Publish it and put the stick in."""
        self._now += timedelta(minutes=1)
        about = {"system": "linux", "machine": "x86_64"}
        given = Published(PROGRAMS, "nexus", version, "OpenClass Nexus", program, about)
        channel.publish_file(self._store, self._keys, given, self._now)
        subprocess.run(["chmod", "-R", "a+rX", self.folder], check=True)
        print(self._root.run("nexus", "update", "--from", "/srv/channel"))


@contextmanager
def systemctl(root: Root, service: Service) -> Iterator[None]:
    """Stops and starts what the program asks for."""
    program, over = root.folder / "usr/bin/systemctl", threading.Event()
    program.write_text(SYSTEMCTL)
    program.chmod(0o755)

    def attend() -> None:
        asked = root.folder / "run/systemctl.asked"
        while not over.wait(0.1):
            if not asked.exists():
                continue
            verb = asked.read_text().strip()
            asked.unlink()
            try:
                service.stop() if verb == "stop" else service.start()
                code = 0
            except (RuntimeError, subprocess.TimeoutExpired):
                code = 1
            draft = root.folder / "run/systemctl.code"
            draft.write_text(str(code))
            draft.rename(root.folder / "run/systemctl.done")

    thread = threading.Thread(target=attend)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        program.unlink()


def broken(folder: Path, version: str) -> Path:
    """A program that says its version and nothing else."""
    member = zipfile.ZipInfo("nexus")
    member.external_attr = (stat.S_IFREG | 0o755) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(member, BROKEN.format(version=version))
    file = folder / f"nexus-{version}.zip"
    file.write_bytes(stream.getvalue())
    return file


def changes(
    root: Root, service: Service, machine: OtherMachine, admin: Page, url: str, program: Path
) -> dict[str, Any]:
    """To `program`, named nexus-VERSION.zip; then to one that does not serve, and back."""
    version = program.stem.rpartition("-")[2]
    stick = Channel(root)
    service.stop()
    service.start()  # with the channel's root in its settings
    found: dict[str, Any] = {"before": root.run("nexus", "--version").strip()}
    with systemctl(root, service):
        stick.offer(version, program)
        found["change_s"], found["outcome"] = change(root, machine, admin, url)
        found["after"] = root.run("nexus", "--version").strip()
        later = f"{version}1"
        stick.offer(later, broken(root.folder.parent, later))
        found["back_s"], found["broken_outcome"] = change(root, machine, admin, url)
        found["at_last"] = root.run("nexus", "--version").strip()
    shutil.rmtree(stick.folder)
    found["snapshots"] = [one["name"] for one in json.loads(root.run("nexus", "snapshot", "list", "--json"))]
    return found


def change(root: Root, machine: OtherMachine, admin: Page, url: str) -> tuple[float, str]:
    """The technician's click, and what the path unit then starts; its seconds, and the outcome's failure."""
    admin.goto(f"{url}/teknisi")
    admin.get_by_role("button", name="Pasang sekarang").click()
    admin.get_by_role("dialog").get_by_role("button", name="Pasang").click()
    request = root.folder / "var/lib/nexus-appliance/app/switch"
    until = time.monotonic() + 30
    while not request.exists():
        if time.monotonic() > until:
            raise RuntimeError("nothing was asked for")
        time.sleep(0.1)
    began = time.monotonic()
    command = [*machine.prefix, "chroot", str(root.folder), "/usr/bin/nexus", "switch", "--json"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError(told.stdout + told.stderr)
    seconds = time.monotonic() - began
    admin.goto(f"{url}/teknisi")
    expect(admin.locator("h1")).to_have_count(1)
    return round(seconds, 1), str(json.loads(told.stdout)["failure"])
