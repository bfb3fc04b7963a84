"""Run every test in three processes (plain, browser, model) and print the counts that matter.

The browser's tests need an event loop of their own; the language model's run alone, with nothing beside them.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

PHASES = {
    "plain": "not browser and not model and not slow",
    "browser": "browser and not slow",
    "model": "model and not browser and not slow",
}


def main() -> int:
    """Run the phases; the exit code is 0 only when all are green and, with CI=true, nothing was skipped."""
    totals: Counter[str] = Counter()
    broken = False
    with tempfile.TemporaryDirectory() as folder:
        for phase, expression in PHASES.items():
            started = time.monotonic()
            report = Path(folder) / f"{phase}.xml"
            command = [sys.executable, "-m", "pytest", "-q", "-m", expression, f"--junitxml={report}"]
            code = subprocess.run(command, check=False).returncode
            broken = broken or code != 0
            counts = count(report)
            print(f"== {phase}: {dict(counts)} in {time.monotonic() - started:.0f} s, exit code {code}", flush=True)
            totals.update(counts)
            totals["chromium"] += counts["passed"] if phase == "browser" else 0
    print(f"sqlite {totals['sqlite']}, postgresql {totals['postgresql']}, chromium {totals['chromium']}")
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    skipped_in_ci = os.environ.get("CI") == "true" and totals["skipped"] > 0
    return int(broken or skipped_in_ci)


def count(report: Path) -> Counter[str]:
    """Passed, failed and skipped tests of a JUnit report, and how many passed on each database."""
    counts: Counter[str] = Counter(passed=0, failed=0, skipped=0)
    if not report.exists():
        return counts
    for case in ElementTree.parse(report).iter("testcase"):
        outcomes = {child.tag for child in case}
        state = "failed" if outcomes & {"failure", "error"} else "skipped" if "skipped" in outcomes else "passed"
        counts[state] += 1
        for database in ("sqlite", "postgresql"):
            if state == "passed" and database in case.get("name", ""):
                counts[database] += 1
    return counts


def properties(report: Path) -> dict[str, str]:
    """What the tests of a JUnit report have recorded about themselves, without Hypothesis' own statistics."""
    if not report.exists():
        return {}
    found = ElementTree.parse(report).iter("property")
    noted = {one.get("name", ""): one.get("value", "") for one in found}
    return {name: value for name, value in noted.items() if not name.startswith("hypothesis-")}


if __name__ == "__main__":
    sys.exit(main())
