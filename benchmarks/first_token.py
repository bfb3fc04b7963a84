"""How soon does an answer begin? A cold command line, then a running server with the model loaded, nothing cached.

`python -m benchmarks.first_token`: makes the demo school in a temporary folder. Quote medians: machines are shared.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.results import write_results

QUESTIONS = (
    "Apa itu algoritma?",
    "Apa yang dimaksud dengan dekomposisi?",
    "Apa perbedaan topologi bus dan topologi bintang?",
    "Apa fungsi router?",
    "Apa itu enkripsi?",
    "Mengapa kata sandi harus panjang?",
    "Bagaimana cara kerja pencarian biner?",
    "Apa itu pseudokode?",
    "Apa yang dimaksud dengan alamat IP?",
    "Apa aturan pencadangan 3-2-1?",
)


def nexus(home: Path, *arguments: str) -> Any:
    """The JSON that a verb prints."""
    command = [sys.executable, "-m", "nexus_appliance", *arguments, "--json"]
    environment = {**os.environ, "NEXUS_HOME": str(home)}
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)


def serve(home: Path) -> "subprocess.Popen[bytes]":
    """A server on the folder; returns when it answers the command line."""
    environment = {**os.environ, "NEXUS_HOME": str(home), "NEXUS_PORT": "18474", "NEXUS_HOST": "127.0.0.1"}
    process = subprocess.Popen([sys.executable, "-m", "nexus_appliance", "serve"], env=environment)
    while not (home / "nexus.channel").exists():
        time.sleep(0.2)
    return process


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        nexus(home, "demo")
        cold = nexus(home, "ask", "informatika_10", QUESTIONS[0])["timings_ms"]
        process = serve(home)
        try:
            nexus(home, "ask", "informatika_10", "Apa itu jaringan komputer?")
            warm = [nexus(home, "ask", "informatika_10", question) for question in QUESTIONS]
        finally:
            process.terminate()
            process.wait(30)
    first = [result["timings_ms"]["first_token"] for result in warm if not result["refused"]]
    results = {
        "cold_command_line_ms": cold,
        "questions": len(warm),
        "refused": sum(result["refused"] for result in warm),
        "first_token_ms": {"median": statistics.median(first), "min": min(first), "max": max(first)},
        "total_ms": {"median": statistics.median([result["timings_ms"]["total"] for result in warm])},
    }
    write_results("first_token", results)


if __name__ == "__main__":
    main()
