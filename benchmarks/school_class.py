"""A hundred students for ten minutes on the real server with the real model: `python -m benchmarks.school_class`.

The students are real websocket clients in a process of their own: 1,000 requests a minute, 200 of them questions. Then
a lesson without the answer cache, one in which the model's process is killed, and one with a book read in beside that.
Writes results/class.json.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from benchmarks.class_trouble import Trouble, largest_book
from benchmarks.results import FOLDER, write_results
from benchmarks.schools import PORT, URL, demo_school, nexus

STUDENTS = 100
CORES = 8
"""Of the larger machine that is calculated."""


class Memory:
    """What the server and all of its children take, in MB, every ten seconds."""

    def __init__(self, pid: int) -> None:
        self.values: list[tuple[float, float]] = []
        self._process = psutil.Process(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(10):
            children = sum(one.memory_info().rss for one in self._process.children(recursive=True))
            self.values.append((self._process.memory_info().rss / 2**20, children / 2**20))

    def figures(self) -> dict[str, int]:
        """Of the server at the beginning and at the end, and of its children."""
        third = max(1, len(self.values) // 3)
        found = {}
        for name, part in (("first_third", self.values[:third]), ("last_third", self.values[-third:])):
            server, children = zip(*part, strict=True)
            found[f"server_{name}"] = round(statistics.median(server))
            found[f"children_{name}"] = round(statistics.median(children))
        return {**found, "most": round(max(map(sum, self.values)))}


def enrol(home: Path, count: int) -> list[dict[str, str]]:
    """So many students who keep the passwords they were given."""
    return [
        nexus(home, "user", "add", f"siswa{n}", "--role", "student", "--name", f"Siswa {n}", "--keep-password")
        for n in range(count)
    ]


def run(
    arguments: argparse.Namespace, seconds: float, *, kill: bool = False, book: Path | None = None, **settings: str
) -> dict[str, Any]:
    """One lesson on a fresh school; `settings` are variables of the server's environment; `book`: read in beside."""
    with demo_school() as home, tempfile.TemporaryDirectory() as folder:
        people = Path(folder) / "people.json"
        people.write_text(json.dumps(enrol(home, arguments.students)), "utf-8")
        environment = {**os.environ, "NEXUS_HOME": str(home), "NEXUS_PORT": str(PORT), "NEXUS_HOST": "127.0.0.1"}
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.class_server"], env={**environment, **settings}, stdout=2
        )
        try:
            while not (home / "nexus.channel").exists():
                time.sleep(0.2)
            nexus(home, "ask", "informatika_10", "Apa itu jaringan komputer?")
            memory, began = Memory(server.pid), home / "lag.txt"
            beside = Trouble(home, server.pid, home / "lag.begun", book) if kill else None
            command = [sys.executable, "-m", "benchmarks.class_clients", URL, str(people), str(began)]
            command += ["--seconds", str(seconds), "--rate", str(arguments.rate)]
            found: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
            memory.close()
            found.pop("asked")
            grown = found.pop("grown")
            if beside:
                found["trouble"] = beside.figures(grown)
            found["event_loop_lag"] = json.loads((home / "lag.json").read_text("utf-8"))
        finally:
            server.terminate()
            server.wait(60)
    found["memory_MB"] = memory.figures()
    print(json.dumps(found), file=sys.stderr, flush=True)
    return found


def larger(found: Mapping[str, Any], cores: int) -> dict[str, float]:
    """The same class on a machine of `cores` such cores, by calculation: the model scales with what is left to it."""
    inference = FOLDER / "inference.json"
    measured = json.loads(inference.read_text("utf-8"))["ours"]["class_cold"] if inference.exists() else None
    factor = cores / (os.cpu_count() or 1)
    asked = found["questions"] / max(1e-9, found["minutes"])
    known = found["from_cache"]["share"] * asked
    model = min(asked - known, found["model_answers_per_minute"] * factor)
    result = {"cores": cores, "questions_per_minute": round(asked), "model_answers_per_minute": round(model)}
    if measured:
        result["model_answers_per_minute_by_bench_inference"] = round(60 * 32 / measured["wall_s"] * factor)
    return {**result, "full_answer_share": round((known + model) / max(1e-9, asked), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--rate", type=float, default=1000, help="requests a minute (default: %(default)s)")
    parser.add_argument("--data", help="a folder of PDFs: the largest is read in beside the fourth lesson")
    parser.add_argument("--without-cache", type=float, default=240, help="seconds of a second lesson, 0: none")
    parser.add_argument(
        "--trouble", type=float, default=150, help="seconds of two more: kill -9; a book beside it; 0: none"
    )
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    found = run(arguments, arguments.seconds)
    found["minutes"] = arguments.seconds / 60
    result = {
        **{name: found[name] for name in ("errors", "citations_p95_s", "answer_p95_s")},
        **{name: found[name]["share"] for name in ("from_model", "from_cache", "from_extract")},
        "lesson": found,
        "eight_cores": larger(found, CORES),
    }
    if arguments.without_cache:
        result["lesson_without_cache"] = run(arguments, arguments.without_cache, NEXUS_ANSWER_CACHE="0")
    if arguments.trouble:
        result["lesson_with_kill"] = run(arguments, arguments.trouble, kill=True)
        book = largest_book(arguments.data)
        result["lesson_with_trouble"] = run(arguments, arguments.trouble, kill=True, book=book)
    write_results("class", result, load)


if __name__ == "__main__":
    main()
