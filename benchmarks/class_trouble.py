"""What may happen in a lesson: the model's process is killed, perhaps while a book is read in."""

import contextlib
import statistics
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.schools import nexus
from nexus_appliance.config import ASSETS

BOOK_AFTER, KILL_AFTER = 20.0, 60.0
"""Seconds from the beginning of the lesson."""

WINDOW = 5.0
"""Seconds in which the words are counted that students saw come."""

FULL = 0.8
"""Of the usual words, or of the usual work, in a window: the model is back at its speed."""

LOOK = 0.5
"""Seconds between two looks at the work of the model's process."""

Work = list[tuple[float, float]]
"""(monotonic seconds, processor seconds of the model's process since it began)."""


class Trouble:
    """Runs beside a lesson in a thread of its own."""

    def __init__(self, home: Path, server: int, began: Path, book: Path | None) -> None:
        """`began` is made when the lesson begins; `book` is read in beside it."""
        self._home, self._server, self._began, self._book = home, server, began, book
        self._killed = 0.0
        self._read_in: dict[str, float] = {}
        self._work: Work = []
        for work in (self._add_book, self._kill, self._watch):
            threading.Thread(target=work, daemon=True).start()

    def _wait(self, seconds: float) -> None:
        while not self._began.exists():
            time.sleep(0.2)
        time.sleep(seconds)

    def _add_book(self) -> None:
        if not self._book:
            return
        self._wait(BOOK_AFTER)
        nexus(self._home, "subject", "add", "--grade", "11", "--name", "Informatika")
        began = time.monotonic()
        pages = nexus(self._home, "book", "add", "informatika_11", str(self._book), "--wait")["pages"]
        self._read_in = {"book_pages": pages, "book_s": round(time.monotonic() - began, 1)}

    def _kill(self) -> None:
        self._wait(KILL_AFTER)
        self._killed = time.monotonic()
        largest_child(self._server).kill()

    def _watch(self) -> None:
        self._wait(0)
        with contextlib.suppress(psutil.NoSuchProcess, ValueError):  # the lesson is over
            while True:
                with contextlib.suppress(psutil.NoSuchProcess):
                    spent = largest_child(self._server).cpu_times()
                    self._work.append((time.monotonic(), spent.user + spent.system))
                time.sleep(LOOK)

    def figures(self, grown: Sequence[float]) -> dict[str, float | str]:
        """`grown`: when (monotonic seconds) a student saw an answer grow. `book_s` -1: it was not read in yet."""
        read_in: dict[str, float | str] = (
            {"book": self._book.name, **(self._read_in or {"book_s": -1})} if self._book else {}
        )
        return {**read_in, "working_again_s": working_again(self._work, self._killed), **recovery(grown, self._killed)}


def largest_book(data: str | None) -> Path:
    """Of a folder of PDFs; without one the book of the demo."""
    books = [*Path(data).rglob("*.pdf")] if data else []
    return max(books, key=lambda book: book.stat().st_size, default=ASSETS / "demo" / "informatika_10.pdf")


def largest_child(server: int) -> psutil.Process:
    """The model's process: the one of the server's that takes the most memory."""
    sizes: list[tuple[int, psutil.Process]] = []
    for child in psutil.Process(server).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            sizes.append((child.memory_info().rss, child))
    return max(sizes, key=lambda one: one[0])[1]


def working_again(work: Work, killed: float) -> float:
    """Seconds from the kill until a new process of the model works as much as the old one did; -1: never."""
    rates = [
        (moment, (spent - before) / (moment - earlier))
        for (earlier, before), (moment, spent) in zip(work, work[10:], strict=False)
        if spent >= before
    ]
    usual = statistics.median(rate for moment, rate in rates if moment <= killed)
    full = next((moment for moment, rate in rates if moment > killed + 10 * LOOK and rate >= FULL * usual), None)
    return round(full - killed, 1) if full is not None else -1


def recovery(grown: Sequence[float], killed: float) -> dict[str, float]:
    """Seconds from the kill until the next word, and until the words come as they came before."""
    usual = statistics.median(_within(grown, killed - WINDOW * (n + 1)) for n in range(6))
    after = [moment for moment in grown if moment > killed]
    full = next((moment for moment in after if _within(grown, moment) >= FULL * usual), None)
    return {
        "usual_words_in_5_s": usual,
        "next_word_s": round(min(after) - killed, 1) if after else -1,
        "full_speed_s": round(full - killed, 1) if full is not None else -1,
    }


def _within(grown: Sequence[float], start: float) -> int:
    return sum(start <= moment < start + WINDOW for moment in grown)
