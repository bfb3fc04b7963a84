"""A demo school for measurements: its command line and its server, in a temporary folder."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PORT = 18474
URL = f"http://127.0.0.1:{PORT}"

QUESTIONS = (
    "Apa itu algoritma?",
    "Apa yang dimaksud dengan dekomposisi?",
    "Apa perbedaan topologi bus dan topologi bintang?",
    "Apa fungsi router?",
    "Apa itu enkripsi?",
    "Apa itu pengenalan pola?",
    "Bagaimana cara kerja pencarian biner?",
    "Apa itu pseudokode?",
    "Apa yang dimaksud dengan alamat IP?",
    "Apa aturan pencadangan 3-2-1?",
)
"""Ten that the demo book answers, each on another page."""


def nexus(home: Path, *arguments: str) -> Any:
    """The JSON that a verb prints."""
    command = [sys.executable, "-m", "nexus_appliance", *arguments, "--json"]
    environment = {**os.environ, "NEXUS_HOME": str(home)}
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)


@contextmanager
def demo_school() -> Iterator[Path]:
    """The folder of a freshly loaded demo school."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        nexus(home, "demo")
        yield home


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """A server on the folder, its model loaded."""
    environment = {**os.environ, "NEXUS_HOME": str(home), "NEXUS_PORT": str(PORT), "NEXUS_HOST": "127.0.0.1"}
    process = subprocess.Popen([sys.executable, "-m", "nexus_appliance", "serve"], env=environment, stdout=2)
    try:
        while not (home / "nexus.channel").exists():
            time.sleep(0.2)
        nexus(home, "ask", "informatika_10", "Apa itu jaringan komputer?")
        yield
    finally:
        process.terminate()
        process.wait(30)
