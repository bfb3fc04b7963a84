"""`kill -9` of the server at every stage of an ingest: the old generation answers, the book arrives once, whole."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.operations.uploads import Upload
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.schema import GenerationPack, IngestJob, Pack, Subject
from tests.pdfs import paragraph, text_pdf

STAGES = ("queued", "extract", "clean", "chunk", "encode", "pack", "stage", "activate", "done")
KILLS = 10
FULL_KILLS = 100
PATIENCE = 120.0


def open_school(home: Path) -> Appliance:
    return Appliance.build(Config(home=home, argon2_memory=8, argon2_time=1, encoder_threads=1))


def add_book(home: Path, name: str, start: int) -> None:
    """Queue a book of four pages that no other book shares a page with."""
    pdf = text_pdf(
        home.parent / f"{name}.pdf",
        [(f"{number}. Bagian {name}", paragraph(6, start + 10 * number)) for number in range(4)],
    )
    school = open_school(home)
    if not school.subjects.list(OPERATOR):
        school.subjects.add(OPERATOR, 10, "Informatika")
    school.uploads.submit(OPERATOR, Upload("informatika_10", pdf, f"{name}.pdf"))
    end(school)


def end(school: Appliance) -> None:
    school._parts.close()


class Server:
    """The server's core in a process of its own."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "tests.operations.ingest_server", str(home)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def wait_for(self, stage: str) -> str:
        """Read until the newest job has come to a stage or beyond; where it is."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + PATIENCE
        for line in self.process.stdout:
            assert time.monotonic() < deadline, "the job does not come on"
            jobs = json.loads(line)
            if jobs:
                _id, state, seen = max(jobs)
                seen = "done" if state == "done" else seen or "queued"
                assert state != "failed", line
                if STAGES.index(seen) >= STAGES.index(stage):
                    return str(seen)
        raise AssertionError("the server ended by itself")

    def kill(self) -> None:
        self.process.kill()
        self._collect()

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._collect()

    def _collect(self) -> None:
        assert self.process.stdout is not None
        self.process.wait(30)
        self.process.stdout.close()
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()


def check_whole(home: Path, books: int) -> None:
    """Every book once, each with a pack that answers, no row or job left half done."""
    school = open_school(home)
    with school.database.read() as session:
        packs = {pack.id: pack for pack in session.query(Pack)}
        subject = session.query(Subject).one()
        members = {
            row.pack_id for row in session.query(GenerationPack).filter_by(generation_id=subject.active_generation)
        }
        assert [job.state for job in session.query(IngestJob)] == ["done"] * books
    assert len(school.books.list(OPERATOR, "informatika_10")) == books
    assert {pack.id for pack in packs.values() if pack.state == "active"} == members
    assert {pack.state for pack in packs.values()} == {"active"}
    assert len(members) == books
    assert school.library.search(subject.id, "Apa itu algoritma?").passages
    end(school)


def kill_and_check(home: Path, count: int) -> Counter[str]:
    """Add `count` books, each killed once at a stage in turn and a seeded moment later; which stages were hit."""
    add_book(home, "pertama", 0)
    server = Server(home)
    server.wait_for("done")
    server.stop()
    chance, hit = random.Random(7), Counter[str]()
    for number in range(count):
        stage = STAGES[number % (len(STAGES) - 1)]
        add_book(home, f"buku-{number}", 1000 * (number + 1))
        server = Server(home)
        hit[server.wait_for(stage)] += 1
        time.sleep(chance.random() * 0.05)
        server.kill()
        answers_still(home)
        server = Server(home)
        server.wait_for("done") if not is_done(home) else None
        server.stop()
    check_whole(home, count + 1)
    return hit


def answers_still(home: Path) -> None:
    """Right after the crash, before the job goes on, the books that were there answer."""
    school = open_school(home)
    (subject,) = school.subjects.list(OPERATOR)
    assert school.library.search(subject.id, "Apa itu algoritma?").passages
    end(school)


def is_done(home: Path) -> bool:
    school = open_school(home)
    done = all(job.state == "done" for job in school.jobs.list(OPERATOR))
    end(school)
    return done


@pytest.mark.timeout(900)
def test_kill_at_each_stage(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    hit = kill_and_check(tmp_path / "home", KILLS)
    print(f"kills by stage: {dict(hit)}")
    record_property("stages", dict(hit))
    assert len(hit) >= 6


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_kill_at_each_stage_in_full(tmp_path: Path) -> None:
    hit = kill_and_check(tmp_path / "home", FULL_KILLS)
    print(f"kills by stage: {dict(hit)}")
    assert len(hit) >= 7
