"""Pairs of questions that mean the same, or nearly look it: what the cache of answers is tuned and judged by."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions; `same` when one answer serves both, `judged` when nothing was tuned on them."""

    first: str
    second: str
    same: bool
    judged: bool


def pairs() -> Iterator[Pair]:
    """All pairs: each question with those below it."""
    first, judged = "", False
    for line in FILE.read_text("utf-8").splitlines():
        sign, rest = line[:2], line[2:]
        if sign == "# ":
            judged = judged or "judge" in rest.split()
        elif sign in ("= ", "! "):
            yield Pair(first, rest, sign == "= ", judged)
        else:
            first = line
