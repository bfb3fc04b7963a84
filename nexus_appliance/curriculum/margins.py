"""Running headers, footers, page numbers and tables of contents: lines that belong to the paper, not to the text."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from nexus_appliance.curriculum.labels import roman
from nexus_appliance.curriculum.pages import Line, Page
from nexus_appliance.curriculum.typography import body_of

EDGE_LINES = 3
"""Running lines stand within this many lines of the page's first or last line."""
REPEATS = 3
"""A line at the edge of this many pages near each other is a running line."""
NEAR_PAGES = 4
"""Left and right pages may carry different lines, and a chapter's first page often carries none."""
BAND = 3.0
"""Points by which the place of a running line may differ from page to page."""
BAND_SHARE = 0.5
"""A band of running lines is filled on this share of the pages ..."""
BAND_REPEATS = 0.6
"""... and this share of its lines repeats; the rest are the titles of very short chapters."""

LARGEST = 1.12
"""Running lines are not larger than the body, but for the rounding of sizes."""

_NUMBERS = re.compile(r"\d+|\b[ivxlc]{1,7}\b", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\. ?){5,}\s*(?:\d+|[ivxlc]+)?\s*$|…{2,}\s*\d+\s*$|_{6,}\s*\d+\s*$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:daftar (?:isi|gambar|tabel|lampiran)|(?:table of )?contents)$", re.IGNORECASE)
_ENTRY = re.compile(r"\s(?:\d{1,4}|[ivxlc]{1,7})$", re.IGNORECASE)
CONTENTS_SHARE = 0.6
"""A page of contents has this share of lines that end in a page number."""

Place = tuple[int, int]
"""(index of the page, index of the line)."""


def body_lines(pages: Sequence[Page]) -> list[list[Line]]:
    """The lines of each page without running lines and without entries of a table of contents."""
    lines = [page.lines for page in pages]
    margins = running_lines(lines, body_of(lines).size) | _numbers_alone(pages) | _contents(lines)
    return [
        [line for place, line in enumerate(page.lines) if (index, place) not in margins]
        for index, page in enumerate(pages)
    ]


def running_lines(pages: Sequence[Sequence[Line]], body_size: float) -> set[Place]:
    """Lines at the edges that repeat, numbers apart, on pages near each other or fill the same band of most pages.

    Type larger than the body's is a heading, even if every chapter begins with the same words.
    """
    found: set[Place] = set()
    for top in (True, False):
        edge = [
            (index, place)
            for index, lines in enumerate(pages)
            for place in _edge(lines, top=top)
            if lines[place].size <= LARGEST * body_size
        ]
        repeated = _repeated(pages, edge)
        found |= repeated | _bands(pages, edge, repeated)
    return found


def _edge(lines: Sequence[Line], *, top: bool) -> range:
    count = len(lines)
    return range(min(EDGE_LINES, count)) if top else range(max(0, count - EDGE_LINES), count)


def mask(text: str) -> str:
    """A line without spaces and with its numbers masked, for comparing the same line on different pages."""
    return "".join(_NUMBERS.sub("#", text).split()).casefold()


def _repeated(pages: Sequence[Sequence[Line]], edge: list[Place]) -> set[Place]:
    seen: dict[tuple[str, int], list[Place]] = {}
    for index, place in edge:
        line = pages[index][place]
        seen.setdefault((mask(line.text), round(line.size)), []).append((index, place))
    found: set[Place] = set()
    for key, places in seen.items():
        if any(letter.isalnum() or letter == "#" for letter in key[0]):
            for run in _near(places):
                if len({index for index, _place in run}) >= REPEATS and _one_place(pages, run):
                    found.update(run)
    return found


def _one_place(pages: Sequence[Sequence[Line]], run: list[Place]) -> bool:
    """Whether most of these lines stand at the same height; headings that repeat ("Contoh") wander."""
    heights = Counter(round(pages[index][place].y / BAND) for index, place in run)
    best = max(heights, key=lambda height: heights[height])
    return sum(heights[best + step] for step in (-1, 0, 1)) >= 0.7 * len(run)


def _near(places: list[Place]) -> list[list[Place]]:
    runs: list[list[Place]] = []
    for place in places:
        if runs and place[0] - runs[-1][-1][0] <= NEAR_PAGES:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _bands(pages: Sequence[Sequence[Line]], edge: list[Place], repeated: set[Place]) -> set[Place]:
    """All lines in bands where most pages have a line and most lines repeat."""
    heights: dict[int, list[Place]] = {}
    for index, place in edge:
        if pages[index][place].y:
            heights.setdefault(round(pages[index][place].y / BAND), []).append((index, place))
    found: set[Place] = set()
    for places in heights.values():
        filled = {index for index, _place in places}
        again = sum(place in repeated for place in places)
        if len(filled) >= max(REPEATS, BAND_SHARE * len(pages)) and again >= BAND_REPEATS * len(places):
            found.update(places)
    return found


def _numbers_alone(pages: Sequence[Page]) -> set[Place]:
    """First and last lines that are nothing but the page's printed number."""
    return {
        (index, place)
        for index, page in enumerate(pages)
        for place in (0, len(page.lines) - 1)
        if page.lines and page.printed and page.lines[place].text.strip(" -–—|") == page.printed
    }


def _contents(pages: Sequence[Sequence[Line]]) -> set[Place]:
    """Entries of a table of contents: lines with leaders anywhere, and what ends in a number on the pages of one."""
    found: set[Place] = set()
    going_on = False
    for index, lines in enumerate(pages):
        entries = [place for place, line in enumerate(lines) if _ENTRY.search(line.text.strip())]
        titled = any(_CONTENTS.match(line.text.strip()) for line in lines[:EDGE_LINES])
        many = len(entries) >= max(5, CONTENTS_SHARE * len(lines))
        going_on = (titled or going_on) and many and _rising([lines[place].text for place in entries])
        leaders = [place for place, line in enumerate(lines) if _LEADERS.search(line.text)]
        found.update((index, place) for place in (*leaders, *(entries if going_on else ())))
    return found


def _rising(entries: Sequence[str]) -> bool:
    """Whether the numbers at the ends of these lines hardly ever fall, as page numbers do."""
    ends = [entry.split()[-1] for entry in entries]
    values = [int(end) if end.isdigit() else roman(end) or 0 for end in ends]
    falls = sum(one > two for one, two in pairwise(values))
    return falls <= 0.2 * len(values)
