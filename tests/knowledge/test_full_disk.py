"""A real full disk while a pack is staged: one clear failure, the old books answer, nothing is left behind."""

import subprocess
import sys
from pathlib import Path


def test_a_full_disk_is_one_clear_failure(tmp_path: Path) -> None:
    command = [
        "unshare",
        "--map-root-user",
        "--mount",
        sys.executable,
        "-m",
        "tests.knowledge.full_disk",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
