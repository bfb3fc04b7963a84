"""Pages without a usable text layer: read from their pictures, and set as lines like those of other pages."""

import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nexus_appliance.curriculum.legible import is_broken, is_readable
from nexus_appliance.curriculum.pages import Line, Scan, letters

SAME_SIZE = (0.7, 1.13)
"""Lines of running text are measured as so many times its size: 0.99 to 1.04 on good scans, less for lists and code."""
SIZE_STEP = 1.2
"""Other type is told apart in steps of this factor, the one that typesetters use."""

Reader = Callable[[int], Scan | None]
"""Reads the picture of the page of an index: a scan, `BLANK` if nothing is printed there, None if it cannot be read."""

BLANK = Scan((), 1.0)


@dataclass(frozen=True, slots=True)
class Pictures:
    """All pages as lines, and by page number which of them come from pictures, and which were left out."""

    sheets: list[tuple[Line, ...]]
    scans: dict[int, Scan]
    unread: tuple[int, ...]


def read_pictures(
    layers: Sequence[tuple[Line, ...] | None], reader: Reader | None, report: Callable[[int, int], None]
) -> Pictures:
    """Put what is read on its picture in the place of each text layer that cannot be used.

    Without a reader all layers stay. A layer with few letters stays if the picture tells no more; a broken one never.
    """
    sheets = [lines or () for lines in layers]
    if reader is None:
        return Pictures(sheets, {}, ())
    wanted = [index for index, lines in enumerate(layers) if lines is not None and not is_readable(lines)]
    scans: dict[int, Scan] = {}
    unread = []
    if wanted:
        report(0, len(wanted))
    for done, index in enumerate(wanted, 1):
        scan = reader(index)
        broken = is_broken(sheets[index])
        if scan is None:
            unread.append(index + 1)
        elif scan != BLANK and (broken or not scan.lines or letters(scan.lines) > letters(sheets[index])):
            scans[index + 1] = scan
        if broken:
            sheets[index] = ()
        report(done, len(wanted))
    others = [lines for index, lines in enumerate(sheets) if index not in set(wanted)]
    for page, lines in typeset(scans, others).items():
        sheets[page - 1] = lines
    return Pictures(sheets, scans, tuple(unread))


def typeset(scans: Mapping[int, Scan], others: Sequence[Sequence[Line]]) -> dict[int, tuple[Line, ...]]:
    """The scans as lines whose sizes are even: a measured height varies with the letters that happen to be in a line.

    Running text gets the commonest size of `others`, the pages with a text layer of their own, if there are any.
    """
    measured = [line.size for scan in scans.values() for line in scan.lines for _word in line.words if line.size]
    own = statistics.median(measured) if measured else 0.0
    sizes = Counter[float]()
    for lines in others:
        for line in lines:
            sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else round(own, 1)
    return {
        page: tuple(Line(line.text, line.y, _even(line.size, own, body or round(own, 1))) for line in scan.lines)
        for page, scan in scans.items()
    }


def _even(size: float, own: float, body: float) -> float:
    if not size or not own or SAME_SIZE[0] < size / own < SAME_SIZE[1]:
        return body
    return round(body * SIZE_STEP ** round(math.log(size / own, SIZE_STEP)), 1)
