"""A disk that is really full at one step of an update after the other: see `full_disk`."""

import subprocess
import sys
from pathlib import Path

import pytest


def steps_met(folder: Path, stride: int) -> int:
    program = [sys.executable, "-m", "tests.distribution.full_disk", str(folder), str(stride)]
    command = ["unshare", "--map-root-user", "--mount", *program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3000, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_a_full_disk_at_any_stage_costs_one_look(tmp_path: Path) -> None:
    assert steps_met(tmp_path, 25) > 25


@pytest.mark.slow
def test_a_full_disk_at_each_step_costs_one_look(tmp_path: Path) -> None:
    assert steps_met(tmp_path, 1) > 600
