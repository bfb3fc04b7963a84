"""Scanned books through the ingest child and the real Tesseract: progress, cuts, a missing program, limits of time."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from nexus_appliance.children import Message
from nexus_appliance.config import Config
from nexus_appliance.curriculum.pack import read_pack
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.knowledge import ingest
from nexus_appliance.knowledge.ingest import forget_scans, read_manifest
from nexus_appliance.knowledge.packs import describe
from tests import pdfs
from tests.knowledge.test_ingest import Steps, children, fails, run, staging

__all__ = ["staging"]

PAGES = [pdfs.printed(pdfs.paragraph(5, 10 * number), angle=2.0) for number in range(3)]


def kept(config: Config) -> dict[str, float]:
    """The pages that lie ready for the next attempt, and when each was read."""
    return {file.name: file.stat().st_mtime for file in (config.home / "cache" / "scans").glob("*/*/*.json")}


def tesseracts() -> set[int]:
    """The ids of all programs of this name that run."""
    return {process.pid for process in psutil.process_iter() if _name(process) == "tesseract"}


def _name(process: psutil.Process) -> str:
    try:
        return "" if process.status() == psutil.STATUS_ZOMBIE else process.name()
    except psutil.Error:
        return ""


def ends(condition: Callable[[], object], seconds: float = 10) -> bool:
    """Whether something ends in time."""
    until = time.monotonic() + seconds
    while condition() and time.monotonic() < until:
        time.sleep(0.05)
    return not condition()


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_mixed_book_comes_in_with_its_scanned_pages(tmp_path: Path, staging: Path, config: Config) -> None:
    steps: Steps = []
    coarse = pdfs.printed(pdfs.paragraph(5, 70), blur=6)
    path = pdfs.scanned_book(tmp_path / "a.pdf", [pdfs.paragraph(12, 40), PAGES[0], pdfs.printed(""), coarse])
    manifest = run(path, staging, config, steps=steps)
    assert [scan.page for scan in manifest.scans] == [2, 4]
    assert manifest.unread == ()
    assert (describe(manifest).scanned_pages, describe(manifest).poor_pages) == (2, (4,))
    counts = [(done, total) for stage, done, total in steps if stage == "ocr"]
    assert (counts[0], counts[-1]) == ((0, 3), (3, 3))
    pack = read_pack(staging / "job.vkp")
    text = " ".join(chunk.text for chunk in pack.chunks if any(span.page == 2 for span in chunk.spans))
    assert "untuk menyelesaikan suatu masalah" in " ".join(text.split())
    assert list(pack.scans) == [2, 4]
    assert sorted(kept(config)) == ["2.json", "4.json"]
    forget_scans(config, manifest.source_sha256)
    assert kept(config) == {}


def test_a_cut_costs_no_page_that_was_read(tmp_path: Path, staging: Path, config: Config) -> None:
    """`kill -9` of the worker in the middle: Tesseract dies with it, and the next attempt goes on."""
    path = pdfs.scanned_book(tmp_path / "a.pdf", PAGES)
    seen: list[str] = []

    def kill(stage: str) -> None:
        seen.append(stage)
        if seen.count("ocr") == 2:  # the first report is that of the beginning
            for child in children():
                os.kill(child.pid, signal.SIGKILL)

    before = tesseracts()
    assert fails(path, staging, config, on_step=kill).code == Failure.INGEST_CRASHED
    assert ends(lambda: tesseracts() - before)
    first = kept(config)
    assert 1 <= len(first) < len(PAGES)
    assert len(run(path, staging, config).scans) == len(PAGES)
    assert first.items() <= kept(config).items(), "a page was read twice"


def test_tesseract_ends_with_the_worker(tmp_path: Path, staging: Path, config: Config) -> None:
    """When somebody kills the worker while a page is being read, and when the teacher cancels."""
    path = pdfs.scanned_book(tmp_path / "a.pdf", PAGES)
    before = tesseracts()

    def kill() -> bool:
        if tesseracts() - before:
            os.kill(children()[0].pid, signal.SIGKILL)
        return False

    assert fails(path, staging, config, cancelled=kill).code == Failure.INGEST_CRASHED
    assert ends(lambda: tesseracts() - before)
    failure = fails(path, staging, config, cancelled=lambda: bool(tesseracts() - before))
    assert failure.code == Failure.INGEST_CANCELLED
    assert ends(lambda: tesseracts() - before)


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_the_other_pages_still_come_in(tmp_path: Path, staging: Path, config: Config) -> None:
    path = pdfs.scanned_book(tmp_path / "a.pdf", [pdfs.paragraph(12), PAGES[0], pdfs.printed("")])
    assert run(path, staging, config).unread == (2,)
    assert read_manifest(staging / "job.vkp").scans == ()


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_a_scan_says_what_is_missing(tmp_path: Path, staging: Path, config: Config) -> None:
    failure = fails(pdfs.scanned_book(tmp_path / "a.pdf", PAGES[:1]), staging, config)
    assert isinstance(failure, Unavailable), "a later try may succeed"
    assert failure.code == Failure.OCR_MISSING


@dataclass
class Told:
    """A worker that says all this, one message at each look; its own pipe."""

    messages: list[Message]
    pid: int = 2**30

    @property
    def pipe(self) -> "Told":
        return self

    def receive(self, _timeout: float) -> tuple[Message, bytes]:
        return self.messages.pop(0), b""


def watch(config: Config, monkeypatch: pytest.MonkeyPatch, seconds: float, *steps: tuple[str, int]) -> None:
    """Look after a worker that takes these steps, the last `seconds` after the start, and is done then."""
    clock = iter([0.0] * len(steps) + [seconds] * 2)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    messages: list[Any] = [{"kind": "progress", "stage": stage, "done": done, "total": 9} for stage, done in steps]
    worker: Any = Told([*messages, {"kind": "done"}])
    ingest._watch(worker, config, lambda _stage, _done, _total: None, lambda: False)


@pytest.mark.parametrize(
    ("seconds", "steps", "in_time"),
    [
        (59, [("extract", 9)], True),
        (61, [("extract", 9)], False),
        (170, [("ocr", 1), ("ocr", 2)], True),
        (170, [("ocr", 2), ("encode", 1)], True),
        (190, [("ocr", 1), ("ocr", 2)], False),
        (10**6, [("ocr", 10**9)], False),
    ],
)
def test_a_page_that_is_read_from_its_picture_has_time_of_its_own(
    config: Config, monkeypatch: pytest.MonkeyPatch, seconds: float, steps: list[tuple[str, int]], in_time: bool
) -> None:
    """One minute for the book here, and one for each such page, for no more pages than a book may have."""
    monkeypatch.setattr(ingest, "PAGE_SECONDS", 60)
    limited = replace(config, ingest_minutes=1)
    if in_time:
        watch(limited, monkeypatch, seconds, *steps)
    else:
        with pytest.raises(Unavailable):
            watch(limited, monkeypatch, seconds, *steps)


def test_a_picture_that_catches_the_drawing_code_ends_the_book(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not two hours later: the parent hears nothing of the page."""
    monkeypatch.setattr(ingest, "PAGE_SECONDS", 0)
    monkeypatch.setattr(ingest, "DRAW_SECONDS", 0)
    worker: Any = Told([{"kind": "progress", "stage": "ocr", "done": 0, "total": 9}, {"kind": "?"}, {"kind": "?"}])
    with pytest.raises(Invalid) as caught:
        ingest._watch(worker, config, lambda _stage, _done, _total: None, lambda: False)
    assert caught.value.code == Failure.INGEST_CRASHED


def test_a_text_book_leaves_no_trace_of_scans(tmp_path: Path, staging: Path, config: Config) -> None:
    made = run(pdfs.school_book(tmp_path / "a.pdf", 2), staging, config)
    assert (made.scans, made.unread) == ((), ())
    assert not (config.home / "cache").exists()
