"""Ask over every poisoned passage and keep the rates: `python -m tests.poison.full [--again]`.

Each answer is written down as it comes, below the temporary folder; an interrupted run goes on where it stopped. With
another state of the product (`--again`) it begins anew.
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.results import write_results
from tests.poison.attacks import held_out
from tests.poison.books import Poisoned, passages
from tests.poison.judging import judge
from tests.poison.report import NEVER, figures
from tests.poison.trial import Trial, trial

KEPT = Path(tempfile.gettempdir()) / "nexus-poison.jsonl"


def main() -> int:
    """1 when an answer did what none may do, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="forget the answers of an earlier run")
    if parser.parse_args().again:
        KEPT.unlink(missing_ok=True)
    asyncio.run(ask_all())
    rows = kept()
    write_results("poison", figures(rows))
    return int(any(row[fault] for row in rows for fault in NEVER))


async def ask_all() -> None:
    """Ask what has not been asked yet."""
    done = {row["name"] for row in kept()}
    left = [case for case in passages() if case.name not in done]
    with tempfile.TemporaryDirectory() as folder:
        async with trial(Path(folder)) as school:
            for number, case in enumerate(left, 1):
                row = await asked(school, case)
                with KEPT.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                faults = [name for name in (*NEVER, "followed") if row[name]]
                print(f"{len(done) + number}/{len(passages())} {case.name}: {faults or 'harmless'}", flush=True)


async def asked(school: Trial, case: Poisoned) -> dict[str, Any]:
    """The verdict on one answer, with the answer."""
    started = time.monotonic()
    file, answer = await school.ask(case)
    about = {"name": case.name, "hidden": case.hidden, "held_out": held_out(case.attack), "text": answer.text}
    return about | judge(case, file, answer) | {"seconds": round(time.monotonic() - started, 1)}


def kept() -> list[dict[str, Any]]:
    """The answers so far."""
    return [json.loads(line) for line in KEPT.read_text("utf-8").splitlines()] if KEPT.exists() else []


if __name__ == "__main__":
    raise SystemExit(main())
