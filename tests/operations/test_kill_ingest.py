"""`kill -9` of the server at every stage of an ingest: the old generation answers, the book arrives once, whole."""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.operations.ingesting import MAX_ATTEMPTS
from nexus_appliance.operations.uploads import Upload
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.schema import GenerationPack, IngestJob, Pack, Subject
from tests.pdfs import paragraph, text_pdf

STAGES = ("", "extract", "clean", "chunk", "encode", "pack", "stage", "activate")
KILLS = 10
FULL_KILLS = 100

PER_BOOK = MAX_ATTEMPTS - 2
"""Kills meant for one book. One more may hit it by chance: the server may end the book before in the moment between
seeing its stage and the kill, and a book that was cut `MAX_ATTEMPTS` times is set aside."""


def open_school(home: Path) -> Appliance:
    return Appliance.build(Config(home=home, argon2_memory=8, argon2_time=1, encoder_threads=1))


def add_books(home: Path, count: int) -> None:
    """Queue books of three pages, none of which shares a page with another."""
    school = open_school(home)
    if not school.subjects.list(OPERATOR):
        school.subjects.add(OPERATOR, 10, "Informatika")
    for number in range(len(school.jobs.list(OPERATOR)), count):
        pages = [(f"{page}. Bagian {number}", paragraph(5, 1000 * number + 10 * page)) for page in range(3)]
        pdf = text_pdf(home.parent / f"buku-{number}.pdf", pages)
        school.uploads.submit(OPERATOR, Upload("informatika_10", pdf, pdf.name))
    end(school)


def end(school: Appliance) -> None:
    asyncio.run(school.close())


class Server:
    """The server's core in a process of its own."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "tests.operations.ingest_server", str(home)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def wait_for(self, reached: Callable[[dict[str, Any]], bool]) -> None:
        """Read what the server says of its jobs until it is what the test waits for."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            jobs = json.loads(line)
            assert jobs["failed"] == 0
            if reached(jobs):
                return
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


def at(stage: str, done: int) -> Callable[[dict[str, Any]], bool]:
    """So many books are done, and the next is at this stage now; a job that was just claimed has none yet."""
    return lambda jobs: bool(jobs["done"] >= done and jobs["running"] == stage)


def all_done(jobs: dict[str, Any]) -> bool:
    return bool(jobs["done"] and not jobs["open"])


def kill_and_check(home: Path, count: int) -> Counter[str]:
    """Kill the server `count` times, at each stage in turn and a seeded moment later; how often each was hit."""
    add_books(home, 1)
    server = Server(home)
    server.wait_for(all_done)
    server.stop()
    books = 1 + count // PER_BOOK + 1
    add_books(home, books)
    chance, hit = random.Random(7), Counter[str]()
    for number in range(count):
        stage = STAGES[number % len(STAGES)]
        server = Server(home)
        server.wait_for(at(stage, done=1 + number // PER_BOOK))
        time.sleep(chance.random() * 0.05)
        server.kill()
        hit[stage or "claimed"] += 1
        answers_still(home)
    server = Server(home)
    server.wait_for(all_done)
    server.stop()
    check_whole(home, books)
    return hit


def answers_still(home: Path) -> None:
    """Right after the crash, before the job goes on, the books that were there answer."""
    school = open_school(home)
    (subject,) = school.subjects.list(OPERATOR)
    assert school.library.search(subject.id, "Apa itu algoritma?").passages
    end(school)


@pytest.mark.timeout(900)
def test_kill_at_each_stage(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    hit = kill_and_check(tmp_path / "home", KILLS)
    print(f"kills by stage: {dict(hit)}")
    record_property("kills_by_stage", dict(hit))
    assert len(hit) == len(STAGES)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_kill_at_each_stage_in_full(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    hit = kill_and_check(tmp_path / "home", FULL_KILLS)
    record_property("kills_by_stage", dict(hit))
    assert len(hit) == len(STAGES)
