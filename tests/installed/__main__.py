"""`python -m tests.installed --deb NEW [--previous OLD]`: install, first day, upgrade, downgrade, purge."""

import argparse
import itertools
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.results import write_results
from tests.installed.first_day import ask, browser, first_day, history, sign_in
from tests.installed.program_change import changes
from tests.installed.root import MIRROR, Root, debian
from tests.installed.service import WATCHDOG, Service
from tests.networks import OtherMachine

ADDRESS = "10.77.0.20"
URL = f"http://{ADDRESS}"
BOOK = Path(__file__).parents[2] / "assets" / "demo" / "informatika_10.pdf"
MODELS = Path("~/.cache/nexus-appliance/models").expanduser()
MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
DATA = "/var/lib/nexus-appliance"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deb", type=Path, required=True)
    parser.add_argument("--previous", type=Path, required=True, help="the same program under a lower version")
    parser.add_argument("--program", type=Path, help="nexus-VERSION.zip of a newer version, for the channel to bring")
    parser.add_argument("--root", type=Path, help="a folder for the Debian, to be used again; else made and removed")
    parser.add_argument("--mirror", default=MIRROR)
    parser.add_argument("--models", type=Path, default=MODELS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = options.root or Path(folder) / "root"
        machine = OtherMachine("nexus-deb", ADDRESS)
        try:
            with debian(place, options.mirror) as root:
                service = Service(root, machine)
                try:
                    found = whole_life(root, service, machine, options)
                finally:
                    service.kill()
        finally:
            machine.close()
    print(json.dumps(found, indent=1, ensure_ascii=False))
    write_results("deb", found, 0.0)


def whole_life(root: Root, service: Service, machine: OtherMachine, options: argparse.Namespace) -> dict[str, Any]:
    """Of the program on one machine."""
    root.run("dpkg", "--purge", "nexus-appliance")
    bare = root.files()
    began = time.monotonic()
    install(root, options.previous)
    shutil.copy(options.models / MODEL, root.folder / "opt" / "nexus-appliance" / MODEL)
    root.run("install", "-d", "-o", "nexus", "-g", "nexus", "-m", "0700", f"{DATA}/models")
    root.run("install", "-o", "nexus", "-g", "nexus", "-m", "0600", f"/opt/nexus-appliance/{MODEL}", f"{DATA}/models/")
    (root.folder / "opt" / "nexus-appliance" / MODEL).unlink()
    found: dict[str, Any] = {"install_s": round(time.monotonic() - began, 1)}
    found["start_s"] = round(service.start(), 1)
    found["process"] = {
        name: service.status()[name].strip() for name in ("Uid", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp", "Umask")
    }
    with browser() as chromium:
        found["first_day"] = first_day(chromium, URL, service.log, BOOK)
        found["minutes_to_first_answer"] = round((time.monotonic() - began) / 60, 1)
        found["longest_silence_of_watchdog_s"] = silence(service)
        require(service.stop() == 0, "the service did not end well")
        found["upgrade_s"] = upgrade(root, options.deb)
        service.start()
        page = sign_in(chromium, URL, "siti.rahma", "sepeda tua di bawah pohon")
        found["history"] = history(page)
        found["answer_after_upgrade"] = ask(page, "Apa itu jaringan komputer?")[:120]
        if options.program is not None:
            admin = sign_in(chromium, URL, "ani", "sepeda tua di bawah pohon", start="/admin")
            found["program"] = changes(root, service, machine, admin, URL, options.program)
            page.goto(URL)  # it would come back by itself, but take along what is typed just then
            found["answer_after_changes"] = ask(page, "Apa itu algoritma?")[:120]
        service.stop()
    found["downgrade"] = refused(root, options.previous)
    root.run("dpkg", "--purge", "nexus-appliance")
    left = sorted(root.files() - bare)
    found["left_after_purge"] = left
    require(not left, f"purge leaves {left}")
    require("nexus" not in root.run("getent", "passwd"), "purge leaves the user")
    return found


def install(root: Root, package: Path) -> None:
    """With dpkg, which asks nobody."""
    shutil.copy(package, root.folder / "tmp" / "nexus.deb")
    print(root.run("dpkg", "--install", "/tmp/nexus.deb"), file=sys.stderr)
    (root.folder / "tmp" / "nexus.deb").unlink()
    data = (root.folder / DATA.lstrip("/")).stat()
    require(data.st_mode & 0o777 == 0o700, "the data folder is not private")


def upgrade(root: Root, package: Path) -> float:
    """The seconds that it took; a snapshot was taken before."""
    began = time.monotonic()
    install(root, package)
    snapshots = json.loads(root.run("nexus", "snapshot", "list", "--json"))
    require(len(snapshots) == 1, "no snapshot before the upgrade")
    return round(time.monotonic() - began, 1)


def refused(root: Root, package: Path) -> str:
    """What is said when an older version is to be installed; the newer one stays."""
    shutil.copy(package, root.folder / "tmp" / "old.deb")
    before = root.run("dpkg-query", "--show", "--showformat=${Version}", "nexus-appliance")
    told = root.run("dpkg", "--install", "/tmp/old.deb", check=False)
    (root.folder / "tmp" / "old.deb").unlink()
    after = root.run("dpkg-query", "--show", "--showformat=${Version} ${Status}", "nexus-appliance")
    require(after == f"{before} install ok installed", f"the downgrade was not refused: {after}")
    return " ".join(line for line in told.splitlines() if line.startswith("OpenClass Nexus:"))


def silence(service: Service) -> float:
    """The longest time between two signs of life; a watchdog would have struck above its patience."""
    beats = service.manager.times("WATCHDOG=1")
    longest = max(after - before for before, after in itertools.pairwise(beats))
    require(longest < WATCHDOG, f"no sign of life for {longest:.1f} s")
    return round(longest, 1)


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)


if __name__ == "__main__":
    main()
