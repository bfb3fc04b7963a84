"""What a book costs on a running server, and what that costs the students who ask meanwhile.

    python -m benchmarks.ingest --data DIR

Adds the Go book of the developers' set to the demo school twice: alone, and while a student asks one question after the
other. Keeps the seconds of each stage and how soon the student's answers began.
"""

import argparse
import os
import statistics
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.results import write_results
from benchmarks.retrieval import GOLANG
from benchmarks.schools import QUESTIONS, demo_school, nexus, serving


def add_book(home: Path, name: str, book: Path) -> dict[str, Any]:
    """Seconds by stage of the book in a new subject, as the job tells them, and as the command line saw them."""
    subject = nexus(home, "subject", "add", "--grade", "11", "--name", name)["code"]
    start = time.monotonic()
    job = nexus(home, "book", "add", subject, str(book), "--wait")
    return {"pages": job["pages"], "seconds": job["timings"], "seen_s": round(time.monotonic() - start, 1)}


def keep_asking(home: Path, over: threading.Event, first_tokens: list[float]) -> None:
    """Milliseconds until the first token of each answer that was begun before the book was in."""
    number = 0
    while not over.is_set():
        answer = nexus(home, "ask", "informatika_10", QUESTIONS[number % len(QUESTIONS)])
        first_tokens.append(answer["timings_ms"]["first_token"])
        number += 1


def add_book_beside_questions(home: Path, book: Path) -> dict[str, Any]:
    """The same while a student asks."""
    over, first_tokens = threading.Event(), list[float]()
    student = threading.Thread(target=keep_asking, args=(home, over, first_tokens))
    student.start()
    try:
        added = add_book(home, "Sibuk", book)
    finally:
        over.set()
        student.join()
    spread = {"median": round(statistics.median(first_tokens)), "max": round(max(first_tokens))}
    return {**added, "answers": len(first_tokens), "first_token_ms": spread}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="the folder of the developers' set")
    data = parser.parse_args().data
    if data is None:
        print("benchmarks.ingest: not run (give --data DIR)")
        return
    book, load = data / "corpus" / GOLANG, os.getloadavg()[0]
    with demo_school() as home, serving(home):
        alone = add_book(home, "Sendiri", book)
        busy = add_book_beside_questions(home, book)
    write_results("ingest", {"book": GOLANG, "alone": alone, "while a student asks": busy}, load)


if __name__ == "__main__":
    main()
