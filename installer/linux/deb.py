"""Make dist/nexus-appliance_VERSION_amd64.deb of dist/nexus: `make deb`.

The scripts of the package are in debian/; they ask nothing, and `dpkg --purge` leaves nothing.
"""

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from installer.bundle.build import commit_time, package_options
from installer.source.setup import ROOT

HERE = Path(__file__).resolve().parent
ICON = ROOT / "assets" / "icons" / "nexus.svg"
PROGRAM = "opt/nexus-appliance"
FILES = {
    "nexus": ("usr/bin", 0o755),
    "nexus-postgresql": ("usr/bin", 0o755),
    "nexus-appliance.service": ("usr/lib/systemd/system", 0o644),
    "nexus-check.service": ("usr/lib/systemd/system", 0o644),
    "nexus-check.timer": ("usr/lib/systemd/system", 0o644),
    "nexus-update.path": ("usr/lib/systemd/system", 0o644),
    "nexus-update.service": ("usr/lib/systemd/system", 0o644),
    "nexus-appliance.desktop": ("usr/share/applications", 0o644),
    "settings": ("etc/nexus-appliance", 0o644),
}
"""Files of this folder: where they go, and their rights."""

DOCUMENTS = ("README.md", "THIRD_PARTY.md", "docs/USE.md")

CONTROL = """Package: nexus-appliance
Version: {version}
Architecture: amd64
Maintainer: OpenClass Nexus <nexus@localhost>
Installed-Size: {size}
Depends: libc6 (>= {glibc}), zlib1g, passwd, util-linux
Recommends: systemd
Suggests: chromium, wmctrl
Section: education
Priority: optional
Description: offline AI tutor of a school
 Answers students' questions from the school's own books, with the page, on one
 machine without internet. The language model is a file of its own.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the package of the bundle that lies there."""
    options = package_options(__doc__, arguments)
    target: Path = options.out / f"nexus-appliance_{options.version}_amd64.deb"
    with tempfile.TemporaryDirectory(dir=options.out) as folder:
        tree = Path(folder)
        stage(tree, options.bundle, options.version)
        command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(tree), str(target)]
        subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": commit_time()})
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB")


def stage(tree: Path, bundle: Path, version: str) -> None:
    """The package as a folder."""
    tree.chmod(0o755)
    shutil.copytree(bundle, tree / PROGRAM, copy_function=os.link, symlinks=True)
    for name, (place, rights) in FILES.items():
        put(HERE / name, tree / place / name, rights)
    put(ICON, tree / "usr/share/icons/hicolor/scalable/apps/nexus-appliance.svg", 0o644)
    for document in DOCUMENTS:
        put(ROOT / document, tree / "usr/share/doc/nexus-appliance" / Path(document).name, 0o644)
    control = tree / "DEBIAN"
    control.mkdir(mode=0o755)
    for script in sorted((HERE / "debian").iterdir()):
        (control / script.name).write_text(script.read_text("utf-8").replace("@VERSION@", version), "utf-8")
        (control / script.name).chmod(0o755)
    (control / "conffiles").write_text("/etc/nexus-appliance/settings\n", "utf-8")
    size = sum(file.lstat().st_size for file in tree.rglob("*")) // 1024
    told = CONTROL.format(version=version, size=size, glibc=platform.libc_ver()[1])
    (control / "control").write_text(told, "utf-8")


def put(source: Path, target: Path, rights: int) -> None:
    """A file with its folders."""
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(rights)


if __name__ == "__main__":
    main()
