"""Make dist/nexus: the program in one folder, with the licences and the list of all that is in it.

`make bundle` runs this, then `trial.py`. The same sources give the same bytes on the same machine: times and hash seeds
are fixed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.source.setup import BUNDLE, LOCKS, ROOT, make_environment, program, run, step
from nexus_appliance import __version__

DIST = ROOT / "dist"
FOLDER = DIST / "nexus"
LIMIT_MB = 450
"""Without the language model: two of them fit on a stick of 4 GB."""


def main() -> None:
    """Build, list, measure."""
    make_environment("bundle")
    os.environ |= {"SOURCE_DATE_EPOCH": commit_time(), "PYTHONHASHSEED": "1"}
    with step("the bundle"):
        pyinstaller: list[str | Path] = [
            program(BUNDLE, "pyinstaller"),
            "--noconfirm",
            "--clean",
            "--log-level",
            "WARN",
        ]
        run(*pyinstaller, "--distpath", DIST, "--workpath", ROOT / "build", ROOT / "build.spec")
    strip(FOLDER)
    (FOLDER / "models").mkdir()
    (FOLDER / "models" / "BACA.txt").write_text("Salin berkas model bahasa (.gguf) ke folder ini.\n", "utf-8")
    with step("licences and list of parts"):
        write_licences(FOLDER / "licences.txt")
        sbom: list[str | Path] = [
            "requirements",
            LOCKS / "runtime.txt",
            "--output-reproducible",
            "--pyproject",
            ROOT / "pyproject.toml",
        ]
        run(program(BUNDLE, "cyclonedx-py"), *sbom, "--output-file", FOLDER / "sbom.cdx.json")
    report(FOLDER)


def package_options(about: str | None, arguments: Sequence[str] | None) -> argparse.Namespace:
    """What a package is made of and where it goes: `version`, `bundle`, `out` (made)."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--version", default=__version__, help="(default: %(default)s)")
    parser.add_argument("--bundle", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, default=DIST)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    return options


def commit_time() -> str:
    """Seconds of the last commit; the time of the sources where there is no repository."""
    command = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or str(int((ROOT / "pyproject.toml").stat().st_mtime))


def strip(folder: Path) -> None:
    """Take out what only debuggers read, on Linux: a sixth of the bundle.

    NOTE: not of the libraries in *.libs, whose headers a wheel's tool has moved: stripped, they do not load any more.
    """
    if sys.platform != "linux":
        return
    for file in sorted(folder.rglob("*.so*")):
        if file.is_file() and not file.is_symlink() and not file.parent.name.endswith(".libs"):
            subprocess.run(["strip", "--strip-unneeded", file], check=True, stderr=subprocess.DEVNULL)


def write_licences(target: Path) -> None:
    """The licence of every package that comes along, with its text where the package has one."""
    command = [program(BUNDLE, "pip-licenses"), "--format=json", "--with-license-file", "--with-urls", "--with-system"]
    told = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout
    bundled = names_in(LOCKS / "runtime.txt")
    parts = [one for one in json.loads(told) if normal(one["Name"]) in bundled]
    blocks = [
        f"{one['Name']} {one['Version']}\n{one['License']}\n{one['URL']}\n\n{one['LicenseText']}" for one in parts
    ]
    target.write_text(("\n" + "=" * 80 + "\n").join(blocks), "utf-8")


def names_in(lock: Path) -> set[str]:
    """The packages of a lock file."""
    lines = (line for line in lock.read_text("utf-8").splitlines() if "==" in line and not line.startswith((" ", "#")))
    return {normal(line.partition("==")[0].partition("[")[0]) for line in lines}


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return name.strip().lower().replace("_", "-").replace(".", "-")


def size(folder: Path) -> int:
    """Bytes of all files; links are counted once, where they lead."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def report(folder: Path) -> None:
    """Print the size and the largest parts; leave with an error when it does not fit."""
    inside = folder / "_internal"
    parts = {part.name: size(part) if part.is_dir() else part.lstat().st_size for part in inside.iterdir()}
    total = size(folder) / 1e6
    print(f"{folder}: {total:.0f} MB (limit {LIMIT_MB})")
    for name in sorted(parts, key=lambda one: -parts[one])[:20]:
        print(f"{parts[name] / 1e6:8.1f} MB  {name}")
    if total > LIMIT_MB:
        sys.exit("the bundle is too large")
    shutil.rmtree(ROOT / "build", ignore_errors=True)


if __name__ == "__main__":
    main()
