"""The page numbers that a reader sees: from the file's own numbering or from the printed edges of the pages."""

import re
from collections import Counter
from collections.abc import Sequence

from nexus_appliance.curriculum.pages import Line

EDGE_LINES = 2
"""Page numbers stand within this many lines of the page's first or last line."""
LEAST_PAGES = 3
"""A numbering needs this many pages; fewer could be chance."""
LEAST_SHARE = 0.5
"""Share of the pages between its first and last one on which a numbering must be seen."""

Numbering = tuple[str, int]
"""("arabic" or "roman", printed number minus index of the page)."""

_NUMBER = re.compile(r"(?<![\w.,-])(\d{1,4}|[ivxlc]{1,8}|[IVXLC]{1,8})(?![\w.,-])")
_ROMAN = re.compile(r"^(c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def printed_labels(pages: Sequence[Sequence[Line]], stored: Sequence[str] | None = None) -> list[str | None]:
    """The label of each page, None where it is unknown.

    `stored` is the numbering in the file. It counts unless it merely counts the pages while the edges say otherwise.
    Of pages with the same label (a cover is often called 1, as is the first page of the text) those keep it on which
    it is printed.
    """
    seen = detect(pages)
    plain = [str(index + 1) for index in range(len(pages))]
    if stored is None or (list(stored) == plain and any(seen)):
        return seen
    counts = Counter(stored)
    printed = {label for label, other in zip(stored, seen, strict=True) if label == other}
    return [
        None if not label or (counts[label] > 1 and label in printed and label != other) else label
        for label, other in zip(stored, seen, strict=True)
    ]


def detect(pages: Sequence[Sequence[Line]]) -> list[str | None]:
    """Find the numbers at the pages' edges that rise by one from page to page."""
    candidates = [_candidates(lines, index) for index, lines in enumerate(pages)]
    votes = Counter(numbering for found in candidates for numbering in found)
    labels: list[str | None] = [None] * len(pages)
    for numbering, count in votes.most_common():
        if count < LEAST_PAGES:
            break
        for first, last in _runs([index for index, found in enumerate(candidates) if numbering in found]):
            if any(labels[first : last + 1]):
                continue
            for index in range(first, last + 1):
                labels[index] = _label(numbering, index, candidates[index])
    return labels


def _candidates(lines: Sequence[Line], index: int) -> dict[Numbering, str]:
    """The numbers at the edges of one page: numbering -> the number as printed."""
    edge = [*lines[:EDGE_LINES], *lines[-EDGE_LINES:]]
    found: dict[Numbering, str] = {}
    for line in edge:
        text = line.text.strip()
        for match in _NUMBER.finditer(text):
            if _at_end(text, match):
                style, value = _value(match[1])
                if value is not None:
                    found.setdefault((style, value - index), match[1])
    return found


def _at_end(text: str, match: re.Match[str]) -> bool:
    """A page number begins or ends its line, or is followed by the number of pages ("3 / 120")."""
    rest = text[match.end() :].strip(" |·-–—")
    return not text[: match.start()].strip(" |·-–—") or not rest or re.fullmatch(r"/ ?\d+|dari \d+", rest) is not None


def _value(text: str) -> tuple[str, int | None]:
    if text.isdigit():
        return "arabic", int(text)
    return "roman", roman(text)


def roman(text: str) -> int | None:
    """The value of a roman number below 400, None if it is none."""
    lower = text.lower()
    if not lower or not _ROMAN.match(lower):
        return None
    values = [_ROMAN_VALUES[letter] for letter in lower]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def to_roman(value: int) -> str:
    """The lower-case roman number of a value below 400."""
    steps = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    written = ""
    for step, letters in steps:
        count, value = divmod(value, step)
        written += letters * count
    return written


def _runs(indexes: list[int]) -> list[tuple[int, int]]:
    """Stretches of pages on which one numbering holds: no gap of more than three pages, seen often enough."""
    runs: list[list[int]] = []
    for index in indexes:
        if runs and index - runs[-1][-1] <= 4:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [
        (run[0], run[-1])
        for run in runs
        if len(run) >= LEAST_PAGES and len(run) >= LEAST_SHARE * (run[-1] - run[0] + 1)
    ]


def _label(numbering: Numbering, index: int, found: dict[Numbering, str]) -> str | None:
    style, offset = numbering
    value = index + offset
    if numbering in found:
        return found[numbering]
    return None if value < 1 else to_roman(value) if style == "roman" else str(value)
