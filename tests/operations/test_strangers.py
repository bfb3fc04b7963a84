"""Every damaged or odd PDF ends in a clear status, and the server that took it goes on as if nothing had been."""

import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.operations import channel
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import IngestJob
from tests import pdfs
from tests.inference.models import SMALL
from tests.operations import odd_pdfs
from tests.operations.strangers import fetch
from ui.i18n import speak
from ui.words import failure_sentence

PORT = 18481
MINUTES = 60
"""Wall time of one book here, even on a busy machine; a hang shows as ingest_time."""
UNCLEAR = {Failure.INGEST_CRASHED, Failure.INGEST_TIME}
"""What tells a teacher nothing about the file."""


class Server:
    """A running server, reached as the command line reaches it; `spare` is its folder for temporary files."""

    def __init__(self, process: subprocess.Popen[bytes], home: Path, spare: Path) -> None:
        self.process = process
        self.home = home
        self.spare = spare

    def call(self, verb: str, **arguments: object) -> Any:
        return asyncio.run(channel.call(self.home, verb, arguments, lambda _event: None))

    def add(self, pdf: Path) -> str:
        """What became of one PDF: "done", or the code of a failure that has an Indonesian sentence."""
        given = {"subject": "fisika_12", "file": str(pdf), "title": pdf.stem, "semester": None, "wait": True}
        try:
            return str(self.call("book add", **given)["state"])
        except NexusError as failure:
            told = {}
            for language in ("en", "id"):
                speak(language)
                told[language] = failure_sentence(failure.code, failure.values)
            assert told["id"] != told["en"]
            return failure.code.value

    def children(self) -> list[str]:
        """The command lines of what the server has started; the encoder and the model last."""
        started = psutil.Process(self.process.pid).children(recursive=True)
        return [name for child in started if (name := " ".join(child.cmdline()))]

    def answers(self) -> None:
        """The page answers, no job is open, nothing is left in staging or beside it."""
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/masuk", timeout=30) as page:
            assert page.status == 200
        assert self.process.poll() is None
        assert list((self.home / "staging").glob("*")) == []
        assert list((self.home / "books").glob("**/*.draft")) == []
        assert list(self.spare.iterdir()) == []


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server on an empty school, with a folder of its own for what libraries leave in /tmp."""
    home, spare = folder / "home", folder / "spare"
    spare.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
    settings = {"NEXUS_HOME": str(home), "NEXUS_PORT": str(PORT), "NEXUS_HOST": "127.0.0.1", "TMPDIR": str(spare)}
    environment = {**own, **settings, "NEXUS_INGEST_MINUTES": str(MINUTES), "NEXUS_MODEL": SMALL}
    process = subprocess.Popen([sys.executable, "-m", "nexus_appliance", "serve"], env=environment)
    try:
        deadline = time.monotonic() + 120
        while not (home / "nexus.channel").exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        server = Server(process, home, spare)
        server.call("subject add", grade=12, name="Fisika")
        yield server
    finally:
        process.terminate()
        process.wait(30)


def bring_in(files: list[Path], folder: Path) -> dict[str, str]:
    """Add each file in turn to a real server; its status by name. The server must be whole at the end."""
    with serving(folder) as server:
        server.add(pdfs.school_book(folder / "first.pdf", 2))
        before = len(server.children())
        found = {}
        for pdf in files:
            found[pdf.name] = server.add(pdf)
            print(f"{found[pdf.name]:20} {pdf.name}", flush=True)
        server.answers()
        assert server.add(pdfs.school_book(folder / "last.pdf", 3)) == "done"
        assert len(server.children()) == before
        server.answers()
    assert no_job_is_open(folder / "home")
    return found


def no_job_is_open(home: Path) -> bool:
    database = Database(Config(home=home).database)
    with database.read() as session:
        states = {job.state for job in session.query(IngestJob)}
    database.close()
    return states <= {"done", "failed"}


@pytest.mark.timeout(280)
def test_a_server_outlives_hostile_books(tmp_path: Path) -> None:
    files = [make(tmp_path / f"{make.__name__}.pdf") for make in (*odd_pdfs.READABLE, *odd_pdfs.UNREADABLE)]
    found = bring_in(files, tmp_path)
    readable = {f"{make.__name__}.pdf" for make in odd_pdfs.READABLE}
    assert {name for name, status in found.items() if status == "done"} == readable
    assert not set(found.values()) & UNCLEAR


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_every_stranger_ends_in_a_clear_status(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    files = fetch(tmp_path)
    found = bring_in(files, tmp_path)
    record_property("files", len(files))
    record_property("by_status", dict(Counter(found.values()).most_common()))
    record_property("unclear", sorted(name for name, status in found.items() if status in UNCLEAR))
    assert len(files) > 100
    assert not set(found.values()) & UNCLEAR
