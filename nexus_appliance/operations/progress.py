"""How far the running ingest job is, and how long it may still take."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

SECONDS_PER_PAGE = 0.6
"""A first guess until a book has been seen on this machine: measured for a page of 300 words on two cores."""

SECONDS_PER_SCAN = 4.0
"""A first guess for a page that is read from its picture: measured on two cores (benchmarks/results/ocr.json)."""

QUICK = 0.3
"""Seconds: a picture that took less was blank or had been read before a cut; it tells nothing of the others."""

EXTRACT_SHARE = 0.1
"""What reading the pages takes of the whole: a slow machine shows itself here first."""

LINEAR = ("encode", "stage")
"""Stages whose own pace tells the rest; those before them take a small share of the time."""

LAST = ("pack", "activate")
"""Stages that take a second or two whatever the book."""

REPORT_EVERY = 1.0
"""Seconds between two reports of the same stage: each is a transaction and a refresh of the pages that show it."""


@dataclass(slots=True)
class _Run:
    job_id: int
    started: float
    stage: str = ""
    stage_started: float = 0.0
    first: int = 0
    done: int = 0
    total: int = 0
    pages: int = 0
    scanned: int = 0
    noted: float = 0.0
    reported: float = 0.0
    timings: dict[str, float] = field(default_factory=dict)


class Progress:
    """The pace of the one running job; times in seconds. Safe for the job's thread and for readers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._per_page = SECONDS_PER_PAGE

    def begin(self, job_id: int) -> None:
        """A job starts."""
        with self._lock:
            now = self._clock()
            self._run = _Run(job_id, now, stage_started=now)

    def note(self, stage: str, done: int, total: int) -> bool:
        """The job has come to `done` of `total` of a stage; whether it is time to report that."""
        with self._lock:
            run = self._run
            if run is None:
                return False
            now = self._clock()
            changed = stage != run.stage
            if changed:
                self._close_stage(run, now)
                run.stage, run.stage_started, run.first = stage, now, done
            if stage == "extract":
                run.pages = total
            elif stage == "ocr":
                run.scanned = total
                self._skip_quick(run, now, done)
            run.done, run.total, run.noted = done, total, now
            due = changed or done == total or now - run.reported >= REPORT_EVERY
            run.reported = now if due else run.reported
            return due

    def end(self) -> dict[str, float]:
        """The job has ended: seconds by stage, `total`, and the number of `pages`."""
        with self._lock:
            run, self._run = self._run, None
            if run is None:
                return {}
            now = self._clock()
            self._close_stage(run, now)
            if run.pages and run.stage == "activate":
                self._per_page = (now - run.started - run.timings.get("ocr", 0.0)) / run.pages
            counts = {"pages": run.pages} | ({"scanned": run.scanned} if run.scanned else {})
            return run.timings | {"total": round(now - run.started, 2)} | counts

    def seconds_left(self, job_id: int) -> float | None:
        """What the job may still take; None when it does not run or nothing is known yet."""
        with self._lock:
            run = self._run
            if run is None or run.job_id != job_id or not run.total:
                return None
            now = self._clock()
            if run.stage == "ocr":
                return self._reading_pictures(run, now) + run.pages * self._per_page
            if run.stage in LINEAR and run.done > run.first:
                return (now - run.stage_started) / (run.done - run.first) * (run.total - run.done)
            if run.stage in LAST:
                return 1.0
            spent = now - run.started - run.timings.get("ocr", 0.0)
            return max(1.0, self._whole(run, now) - spent) if run.pages else None

    @staticmethod
    def _skip_quick(run: _Run, now: float, done: int) -> None:
        """Leave pictures out of the pace that took hardly any time."""
        if done > run.done and (now - run.noted) < QUICK * (done - run.done):
            run.first += done - run.done
            run.stage_started += now - run.noted

    @staticmethod
    def _reading_pictures(run: _Run, now: float) -> float:
        """Seconds until all pictures are read."""
        slow = run.done - run.first
        pace = (now - run.stage_started) / slow if slow > 0 else SECONDS_PER_SCAN
        return pace * (run.total - run.done)

    def _whole(self, run: _Run, now: float) -> float:
        """What the whole job may take, as far as its pages tell."""
        reading = run.timings.get("extract", 0.0)
        if run.stage == "extract" and run.done > run.first:
            reading = (now - run.stage_started) / (run.done - run.first) * run.total
        return max(run.pages * self._per_page, reading / EXTRACT_SHARE)

    @staticmethod
    def _close_stage(run: _Run, now: float) -> None:
        if run.stage:
            run.timings[run.stage] = round(now - run.stage_started, 2)
