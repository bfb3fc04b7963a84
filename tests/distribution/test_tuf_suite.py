"""python-tuf's own tests of TUF clients, against ours: rollback, freeze, mixes, rotations, thresholds, delegations."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packages import download

ROOT = Path(__file__).parents[2]
DIFFERENT = {"test_user_agent": "our fetcher names no program to the server"}
"""Cases that cannot pass, and why."""


@pytest.mark.slow
@pytest.mark.suite
def test_the_suite(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    (archive,) = download("tuf_suite.txt", tmp_path)
    with tarfile.open(archive) as members:
        members.extractall(tmp_path, filter="data")
    (suite,) = (path for path in tmp_path.iterdir() if path.is_dir())
    (suite / "pyproject.toml").unlink()
    shutil.copy(ROOT / "tests" / "distribution" / "tuf_client.py", suite / "nexus_tuf_client.py")
    tests = [f"tests/{path.name}" for path in sorted((suite / "tests").glob("test_updater_*.py"))]
    left_out = " and ".join(f"not {name}" for name in DIFFERENT)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "nexus_tuf_client", "-k", left_out, *tests]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(suite), str(ROOT)])}
    done = subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    record_property("passed", int(passed[1]) if passed else 0)
    record_property("left_out", len(DIFFERENT))
    assert done.returncode == 0, done.stdout
    assert passed is not None
    assert int(passed[1]) > 60
