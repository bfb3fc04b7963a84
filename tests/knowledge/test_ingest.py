import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, NexusError, Unavailable
from nexus_appliance.knowledge.ingest import BookSource, Manifest, read_manifest, run_ingest
from tests import pdfs

Steps = list[tuple[str, int, int]]


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def book(path: Path) -> BookSource:
    return BookSource(path, "Informatika", path.name, "informatika_10", 10, 1)


def run(
    path: Path,
    staging: Path,
    config: Config,
    *,
    steps: Steps | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    on_step: Callable[[str], object] = lambda _stage: None,
) -> Manifest:
    def report(stage: str, done: int, total: int) -> None:
        if steps is not None:
            steps.append((stage, done, total))
        on_step(stage)

    return run_ingest(book(path), staging / "job.vkp", config, report, cancelled)


def children() -> list[psutil.Process]:
    """The ingest workers; the PostgreSQL of other tests is a child of ours too."""
    return [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]


def fails(path: Path, staging: Path, config: Config, **options: Callable[..., object]) -> NexusError:
    with pytest.raises(NexusError) as caught:
        run(path, staging, config, **options)  # type: ignore[arg-type]
    assert list(staging.iterdir()) == []
    return caught.value


def test_a_book_comes_through_the_child(tmp_path: Path, staging: Path, config: Config) -> None:
    steps: Steps = []
    manifest = run(pdfs.school_book(tmp_path / "a.pdf", 4), staging, config, steps=steps)
    assert read_manifest(staging / "job.vkp") == manifest
    assert (manifest.title, manifest.page_count, manifest.encoders[0].dimensions) == ("Informatika", 4, 384)
    assert list(dict.fromkeys(stage for stage, _done, _total in steps)) == [
        "extract",
        "clean",
        "chunk",
        "encode",
        "pack",
    ]
    assert [entry.name for entry in staging.iterdir()] == ["job.vkp"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (pdfs.empty, Failure.PDF_EMPTY_FILE),
        (pdfs.not_a_pdf, Failure.PDF_NOT_A_PDF),
        (pdfs.encrypted, Failure.PDF_ENCRYPTED),
        (pdfs.photographs, Failure.PDF_NO_TEXT),
        (pdfs.truncated, Failure.PDF_DAMAGED),
        (pdfs.decompression_bomb, Failure.PDF_DAMAGED),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_the_reason_comes_through(
    tmp_path: Path, staging: Path, config: Config, make: Callable[[Path], Path], code: Failure
) -> None:
    failure = fails(make(tmp_path / "a.pdf"), staging, config)
    assert isinstance(failure, Invalid)
    assert failure.code == code


def test_too_little_memory_kills_only_the_child(tmp_path: Path, staging: Path, config: Config) -> None:
    failure = fails(pdfs.endless_word(tmp_path / "a.pdf"), staging, replace(config, ingest_memory=600))
    assert isinstance(failure, Invalid)
    assert failure.code == Failure.INGEST_MEMORY


def test_too_much_time_is_cut_off(tmp_path: Path, staging: Path, config: Config) -> None:
    failure = fails(pdfs.school_book(tmp_path / "a.pdf", 60), staging, replace(config, ingest_minutes=0))
    assert isinstance(failure, Unavailable)
    assert failure.code == Failure.INGEST_TIME


def test_a_cancelled_book_ends_at_once(tmp_path: Path, staging: Path, config: Config) -> None:
    wished: list[float] = []
    failure = fails(
        pdfs.school_book(tmp_path / "a.pdf", 60),
        staging,
        config,
        cancelled=lambda: bool(wished),
        on_step=lambda stage: wished.append(time.monotonic()) if stage == "encode" else None,
    )
    assert isinstance(failure, Unavailable)
    assert failure.code == Failure.INGEST_CANCELLED
    assert time.monotonic() - wished[0] < 5
    assert children() == []


@pytest.mark.parametrize("stage", ["extract", "encode"])
def test_a_child_that_is_killed_is_a_crash_and_the_next_run_is_clean(
    tmp_path: Path, staging: Path, config: Config, stage: str
) -> None:
    path = pdfs.school_book(tmp_path / "a.pdf", 60)  # long enough that the child is still at it when it is killed

    def kill(now: str) -> None:
        if now == stage:
            for child in children():
                os.kill(child.pid, signal.SIGKILL)

    failure = fails(path, staging, config, on_step=kill)
    assert failure.code == Failure.INGEST_CRASHED
    assert run(pdfs.school_book(tmp_path / "b.pdf", 4), staging, config).page_count == 4


def test_what_the_child_wrote_is_read_again(tmp_path: Path, staging: Path, config: Config) -> None:
    """A pack that was changed after the child had finished is not taken."""

    def spoil(stage: str) -> None:
        out = staging / "job.vkp"
        if stage == "pack" and out.exists():
            out.write_bytes(out.read_bytes()[:-40])

    path = pdfs.school_book(tmp_path / "a.pdf", 2)
    assert fails(path, staging, config, on_step=spoil).code == Failure.INGEST_CRASHED
