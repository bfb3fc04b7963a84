"""Run one part of the tests at full counts and keep what it showed: `python -m tests.full PART`."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.results import write_results
from tests.run import count, properties

PARTS = {
    "kills": ["tests/operations/test_kill_ingest.py", "-m", "slow"],
    "updates": ["tests/distribution", "-m", "slow and not suite"],
    "tuf": ["tests/distribution", "-m", "suite"],
    "pdfs": ["tests/operations/test_strangers.py", "-m", "slow"],
    "properties": ["-m", "hypothesis", "--hypothesis-profile=full"],
}
LIMIT = 3600
"""Seconds that one test may take."""


def main() -> int:
    """The exit code of pytest; the counts and what the tests recorded go to benchmarks/results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=list(PARTS))
    part = parser.parse_args().part
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", *PARTS[part], f"--timeout={LIMIT}", f"--junitxml={report}"]
        code = subprocess.run(command, check=False).returncode
        figures = {**count(report), **properties(report), "seconds": round(time.monotonic() - started)}
    write_results(f"full_{part}", figures)
    return code


if __name__ == "__main__":
    sys.exit(main())
