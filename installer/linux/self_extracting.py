"""Make dist/nexus-appliance-VERSION.run of dist/nexus, for a Linux without dpkg: `make run-file`.

The same files and scripts as in the Debian package, where programs from elsewhere belong: /opt, /usr/local,
/etc/systemd/system. makeself packs them; `run/install.sh` puts them in their places.
"""

import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from installer.bundle.build import commit_time, package_options
from installer.linux import deb

HERE = Path(__file__).resolve().parent
PLACES = {
    "usr/lib/systemd/system": "etc/systemd/system",
    "usr/bin": "usr/local/bin",
    "usr/share": "usr/local/share",
    "etc": "etc",
}
"""Folder of the package -> where its files go."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Pack the bundle that lies there."""
    options = package_options(__doc__, arguments)
    target: Path = options.out / f"nexus-appliance-{options.version}.run"
    with tempfile.TemporaryDirectory(dir=options.out) as folder:
        stage(Path(folder), options.bundle, options.version)
        stable = f"--sort=name --owner=0 --group=0 --numeric-owner --mtime=@{commit_time()}"
        told = ["--sha256", "--needroot", "--nox11", "--quiet", "--tar-quietly", "--packaging-date", commit_time()]
        command = ["makeself", *told, "--gzip", "--tar-extra", stable, folder, str(target)]
        label = f"OpenClass Nexus {options.version}"
        subprocess.run([*command, label, "sh", "./install.sh"], check=True)
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB")


def stage(folder: Path, bundle: Path, version: str) -> None:
    """program/, tree/ and scripts/, with the list of the files of tree/: rights and path."""
    package = folder / "package"
    package.mkdir()
    deb.stage(package, bundle, version)
    shutil.move(package / deb.PROGRAM, folder / "program")
    files = []
    for source in sorted(file for file in package.rglob("*") if file.is_file() and "DEBIAN" not in file.parts):
        path = placed(source.relative_to(package).as_posix())
        deb.put(source, folder / "tree" / path, source.stat().st_mode & 0o777)
        files.append(f"{source.stat().st_mode & 0o777:04o} /{path}\n")
    (folder / "files").write_text("".join(files), "utf-8")
    (package / "DEBIAN").rename(folder / "scripts")
    shutil.rmtree(package)
    for script in sorted((HERE / "run").iterdir()):
        text = script.read_text("utf-8").replace("@VERSION@", version).replace("@GLIBC@", platform.libc_ver()[1])
        (folder / script.name).write_text(text, "utf-8")
    for unit in (folder / "tree" / PLACES["usr/lib/systemd/system"]).iterdir():
        unit.write_text(unit.read_text("utf-8").replace("/usr/bin/nexus", "/usr/local/bin/nexus"), "utf-8")


def placed(path: str) -> str:
    """Where a file of the package goes outside of packages."""
    for before, after in PLACES.items():
        if path.startswith(f"{before}/"):
            return after + path.removeprefix(before)
    raise ValueError(f"no place for {path}")


if __name__ == "__main__":
    main()
