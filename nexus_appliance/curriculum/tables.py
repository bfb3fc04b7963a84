"""Tables of a page: lines whose parts stand in columns become rows, one line each, cells set off by SEPARATOR."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from nexus_appliance.curriculum.characters import clean
from nexus_appliance.curriculum.pages import Line
from nexus_appliance.curriculum.runs import GAP

SEPARATOR = " | "
LEAST_ROWS = 3
"""Lines with a gap at the same place; two could be chance."""
GUTTER = 0.4
"""Type sizes of the white stripe that all rows leave between two columns."""
LONGEST_DROP = 3.5
"""Type sizes from a line of a table to the next one below."""
SAME_CELL = 1.6
"""Type sizes between two lines of one cell."""
LONG_CELL = 30
"""Characters: where half of the cells of every column are longer, it is text in columns."""
CONTENTS_ROWS = 4
"""Rows whose last cells are rising numbers, after titles, are a table of contents."""

_CAPTION = re.compile(r"(?:Tabel|Gambar|Table|Figure)\s\d", re.IGNORECASE)
_MARKER = re.compile(r"^(?:[^\w\s]|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]+)[.)]|\[\d+\])$")
"""A bullet or the number of an item."""

Stripe = tuple[float, float]
"""White space from left to right, in points."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines `first` to `end` of a page that leave the same stripes white."""

    first: int
    end: int
    gutters: tuple[Stripe, ...]


def with_tables(lines: Sequence[Line]) -> list[Line]:
    """The lines of one page with its tables as rows."""
    result: list[Line] = []
    place = 0
    for block in _blocks(lines):
        result.extend(lines[place : block.first])
        result.extend(_rows(lines[block.first : block.end], block.gutters))
        place = block.end
    return [*result, *lines[place:]]


def _blocks(lines: Sequence[Line]) -> Iterator[_Block]:
    place = 0
    while place < len(lines):
        block = _grown(lines, place) if _stripes(lines[place]) and not lines[place].mono else None
        if block is not None and _is_table(lines[block.first : block.end], block.gutters):
            yield block
        place = block.end if block is not None else place + 1


def _grown(lines: Sequence[Line], first: int) -> _Block | None:
    """The longest block from `first` on; None below LEAST_ROWS."""
    gutters, end, rows = _stripes(lines[first]), first + 1, 1
    kept = gutters
    for place in range(first + 1, len(lines)):
        line, drop = lines[place], lines[place - 1].y - lines[place].y
        if drop > LONGEST_DROP * line.size or not line.runs or _CAPTION.match(line.text.strip()):
            break
        if line.runs[0].x > kept[0][0] and drop > SAME_CELL * line.size:
            break
        kept = _common(kept, line)
        if not kept:
            break
        if _stripes(line):
            gutters, end, rows = kept, place + 1, rows + 1
        elif line.mono:
            break
    return _Block(first, end, gutters) if rows >= LEAST_ROWS else None


def _stripes(line: Line) -> tuple[Stripe, ...]:
    """The gaps between the runs of a line."""
    spans = sorted((run.x, run.end) for run in line.runs)
    stripes, right = [], spans[0][1] if spans else 0.0
    for left, end in spans[1:]:
        if left - right >= GAP * line.size:
            stripes.append((right, left))
        right = max(right, end)
    return tuple(stripes)


def _common(gutters: Sequence[Stripe], line: Line) -> tuple[Stripe, ...]:
    """What a line leaves white of each stripe."""
    kept = []
    for left, right in gutters:
        middle = (left + right) / 2
        for run in line.runs:
            if run.x < right and run.end > left:
                left, right = (left, min(right, run.x)) if run.x > middle else (max(left, run.end), right)
        if right - left >= GUTTER * line.size:
            kept.append((left, right))
    return tuple(kept)


def _rows(lines: Sequence[Line], gutters: Sequence[Stripe]) -> list[Line]:
    return [
        replace(line, text=SEPARATOR.join(cells).strip(), row=True, mono=False)
        for line, cells in _cells(lines, gutters)
    ]


def _cells(lines: Sequence[Line], gutters: Sequence[Stripe]) -> list[tuple[Line, list[str]]]:
    """Each row's first line and its cells.

    A file holds a table row by row and a row cell by cell: what stands to the right of the last part is the next cell,
    what stands below it is the same cell's next line, and what stands to the left begins a row.
    """
    rows: list[tuple[Line, list[str]]] = []
    last, column = None, len(gutters) + 1
    for line in lines:
        for run in line.runs:
            here = sum((left + right) / 2 < (run.x + run.end) / 2 for left, right in gutters)
            if here < column or (here == column and (last is None or last.y - run.y > SAME_CELL * line.size)):
                rows.append((line, [""] * (len(gutters) + 1)))
            cells = rows[-1][1]
            cells[here] = f"{cells[here]} {clean(run.text)}".strip()
            last, column = run, here
    return rows


def _is_table(lines: Sequence[Line], gutters: Sequence[Stripe]) -> bool:
    """Whether columns hold cells: neither items behind their marks, nor text in columns, nor a table of contents."""
    rows = [cells for _line, cells in _cells(lines, gutters)]
    full = [cells for cells in rows if sum(map(bool, cells)) > 1]
    if len(full) < LEAST_ROWS or sum(line.mono for line in lines) * 2 > len(lines):
        return False
    if all(_MARKER.match(cells[0]) or not cells[0] for cells in full) and len(gutters) == 1:
        return False
    columns = list(zip(*full, strict=True))
    if all(median(map(len, filter(None, column))) > LONG_CELL for column in columns if any(column)):
        return False
    return not _is_contents(full)


def _is_contents(rows: Sequence[Sequence[str]]) -> bool:
    ends = [cells[-1] for cells in rows]
    titles = sum(any(letter.isalpha() for letter in cells[0]) or len(cells) > 2 for cells in rows)
    if len(rows) < CONTENTS_ROWS or titles * 2 < len(rows) or not all(end.isdigit() for end in ends):
        return False
    return all(int(one) <= int(two) for one, two in pairwise(ends))
