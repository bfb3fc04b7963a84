"""Which printed lines belong to a passage, and where they stand on a page that was read from its picture."""

import statistics
import unicodedata
from collections.abc import Iterator, Sequence

from nexus_appliance.curriculum.pages import FINE, Box, Scan

LEAST_LETTERS = 6
"""A line with fewer letters of its own ("maka:") is marked when the lines around it are."""
GAP = 3
"""Lines in a row that are not of the passage end a marked stretch."""
STRETCH = 0.3
"""Of several stretches those count that hold this share of the letters of the largest: others are chance."""

TALL = 1.6
"""Words of a line are marked together while the mark is no higher than so many words: a crooked line takes several."""

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the page's width and height."""


def letters(text: str) -> str:
    """The letters and digits of a text alone: spaces, marks and hyphens differ between two readers of a PDF."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def marked_lines(lines: Sequence[str], passage: str) -> set[int]:
    """Which lines (letters alone) belong to a passage (letters alone)."""
    own = [len(line) >= LEAST_LETTERS and _belongs(line, passage) for line in lines]
    stretches = [stretch for stretch in _stretches(own) if stretch]
    sizes = [sum(len(lines[number]) for number in stretch if own[number]) for stretch in stretches]
    largest = max(sizes, default=0)
    kept = [stretch for stretch, size in zip(stretches, sizes, strict=True) if size >= STRETCH * largest]
    return {
        number
        for stretch in kept
        for number in stretch
        if own[number] or (0 < len(lines[number]) < LEAST_LETTERS and lines[number] in passage)
    }


def _belongs(line: str, passage: str) -> bool:
    """Whether a line stands in the passage; its first and last line may be in it in part."""
    if line in passage:
        return True
    head, tail = passage[:LEAST_LETTERS], passage[-LEAST_LETTERS:]
    begins, ends = line.rfind(head), line.find(tail)
    begun = begins >= 0 and passage.startswith(line[begins:])
    ended = ends >= 0 and passage.endswith(line[: ends + len(tail)])
    return len(passage) >= LEAST_LETTERS and (begun or ended)


def _stretches(own: Sequence[bool]) -> Iterator[list[int]]:
    """Ranges of lines from one of the passage to another, with fewer than `GAP` others between them."""
    stretch: list[int] = []
    last = -GAP - 1
    for number, belongs in enumerate(own):
        if not belongs:
            continue
        if number - last > GAP:
            yield stretch
            stretch = [number]
        else:
            stretch += range(last + 1, number + 1)
        last = number
    yield stretch


def find_on_scan(scan: Scan, passage: str) -> Iterator[Rectangle]:
    """Where the lines of a passage stand on the picture; nothing when its letters are not found there."""
    wanted = marked_lines([letters(line.text) for line in scan.lines], letters(passage))
    for number in sorted(wanted):
        yield from _marks([word.box for word in scan.lines[number].words])


def _marks(boxes: Sequence[Box]) -> Iterator[Rectangle]:
    """Rectangles around neighbouring words."""
    height = statistics.median(bottom - top for _left, top, _right, bottom in boxes)
    around = boxes[0]
    for box in boxes[1:]:
        wider = _around(around, box)
        if wider[3] - wider[1] > TALL * height:
            yield _shares(around)
            wider = box
        around = wider
    yield _shares(around)


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _shares(box: Box) -> Rectangle:
    left, top, right, bottom = (round(edge / FINE, 4) for edge in box)
    return left, top, right, bottom
