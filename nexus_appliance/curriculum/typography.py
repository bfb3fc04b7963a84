"""The type of a book: which sizes its text has, how long its lines are, how far apart, and which lines are code."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from nexus_appliance.curriculum.pages import Line
from nexus_appliance.curriculum.runs import MONO_WIDTH

BODY_SHARE = 0.05
"""A size that this share of all characters has is running text, not headings."""
LARGEST_BODY = 1.25
"""Running text in two sizes (a book of two parts) differs by less than this factor."""
ALL_MONO = 0.8
"""On a page with this share of monospaced characters the typeface does not tell code from text."""

LEAST_INDENT = 2
"""Spaces of an indent; less is the margin of a box around code."""
DEEPEST = 40
"""Spaces before a line of code; more is a column of something else."""

_CODE = re.compile(
    r"^\s{2,}\S"  # indented
    r"|[{};\[(]$"  # brackets and semicolons at the end
    r"|^\s*(?:[})\]]|//|/\*|\$ |# |#!|#include|<[/!\w]|>>> |@\w+$|&&|--\w)"  # how code lines begin
    r"|:=|\w\s?[+*/|&]?=\s?[\w\"'\[{(-]|=>|->|</\w|&&|\|\|"  # assignments and arrows
    r"|^\s*(?:[\w.]+\([^ ]*\)|[\w.]+\(.*[\"',].*\)|return\b.*|(?:import|package) [\"\w./]+)$"  # calls alone on a line
)


@dataclass(frozen=True, slots=True)
class Body:
    """The type of running text: its largest size in points and the usual number of characters of a full line."""

    size: float
    width: int


def body_of(pages: Sequence[Sequence[Line]]) -> Body:
    """Measure the book: the sizes that its characters have, and the length that one text line in ten exceeds."""
    weights: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            weights[line.size] += 0 if line.mono else len(line.text)
    if not weights:
        return Body(0.0, 80)
    commonest, total = max(weights, key=lambda value: weights[value]), weights.total()
    sizes = {
        size for size, weight in weights.items() if weight >= BODY_SHARE * total and size <= LARGEST_BODY * commonest
    }
    texts = (line for lines in pages for line in lines if line.size in sizes and not line.mono and not line.row)
    lengths = sorted(len(line.text) for line in texts)
    return Body(max(sizes), lengths[len(lengths) * 9 // 10] if lengths else 80)


def leadings(pages: Sequence[Sequence[Line]]) -> dict[float, float]:
    """The usual distance of two baselines, in points, for each type size."""
    drops: dict[float, Counter[float]] = {}
    for lines in pages:
        for before, line in pairwise(lines):
            drop = before.y - line.y
            if before.size == line.size > 0 and line.size <= drop <= 2.5 * line.size:
                drops.setdefault(line.size, Counter())[round(drop * 2) / 2] += 1
    return {size: max(seen, key=lambda drop: seen[drop]) for size, seen in drops.items()}


def mark_code(lines: Sequence[Line]) -> list[Line]:
    """Say which lines of a page are code by their look where all of the page is monospaced."""
    characters = sum(len(line.text) for line in lines)
    if sum(len(line.text) for line in lines if line.mono) < ALL_MONO * characters or not characters:
        return list(lines)
    return [replace(line, mono=line.mono and looks_like_code(line.text)) for line in lines]


def looks_like_code(text: str) -> bool:
    """Whether a line reads as code."""
    return _CODE.search(text) is not None


def indented(lines: Sequence[Line]) -> list[Line]:
    """Code whose lines are moved to the right instead of beginning with spaces, with these spaces."""
    result: list[Line] = []
    for mono, group in groupby(lines, key=lambda line: line.mono and bool(line.runs) and line.size > 0):
        block = list(group)
        left = min((line.runs[0].x for line in block), default=0.0) if mono else 0.0
        result.extend(_moved(line, left) if mono else line for line in block)
    return result


def _moved(line: Line, left: float) -> Line:
    spaces = round((line.runs[0].x - left) / (MONO_WIDTH * line.size))
    return (
        line
        if line.text[0].isspace() or spaces < LEAST_INDENT
        else replace(line, text=" " * min(spaces, DEEPEST) + line.text)
    )
