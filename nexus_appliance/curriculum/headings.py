"""Which lines are headings, and how deep: by the file's outline, by their type, by their numbers."""

import re
from collections.abc import Sequence
from itertools import pairwise

from nexus_appliance.curriculum.pages import Line, OutlineEntry
from nexus_appliance.curriculum.typography import body_of

Level = tuple[int, int]
"""Depth of a heading; smaller is higher. The second number refines the first (1.2 lies under 1)."""

LONGEST = 120
"""Characters of a heading; two printed lines."""
LARGER = 1.12
"""A heading's type is this much larger than the body's."""
OUTLINE_SHARE = 0.5
"""An outline counts when this share of its entries is found on the pages it names."""
NUMBERED_SERIES = 3
"""A word with rising numbers ("Latihan 1", "Latihan 2", ...) is a heading from this many on."""

_NUMBERED = re.compile(r"^(?:(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){1,4}\.?|[A-Z]\.|\d{1,2}\.)\s+(?=[^\W\d_])")
_CHAPTER = re.compile(
    r"^(?:bab|bagian|unit|modul|pelajaran|tema|subtema|topik|kegiatan(?: belajar)?|lampiran|chapter|part|appendix)"
    r"\s+(?:\d{1,3}|[ivxlc]{1,7}|[a-z])\b(?![,;])",
    re.IGNORECASE,
)
_SERIES = re.compile(r"^([A-Z][^\W\d_]+)\s+(\d{1,4})[.:]?$")
_LABEL = re.compile(
    r"^(?:(?:bab|bagian|unit|modul|chapter|part|lampiran)(?:[0-9]{1,2}|[ivx]{1,5}(?=[a-z])|[a-z])|[0-9]{1,6})"
)
"""A number before a title, in the form of `key`: "Bab 2: ", "Lampiran A ", "1.2.3 "."""
_LETTERS = re.compile(r"[^\W_]+")
_ENDS = (".", ",", ";", ":", "?", "!", "-")


def key(title: str) -> str:
    """A title without spaces, marks and case, for comparing the outline with the pages."""
    return "".join(_LETTERS.findall(title.casefold()))


class Headings:
    """Finds the headings of one book; built once over its pages (lines without margins)."""

    def __init__(self, pages: Sequence[Sequence[Line]], outline: Sequence[OutlineEntry]) -> None:
        self._body = body_of(pages)
        self._series = _series(pages)
        self._outline = self._matched(pages, outline)
        self._depth = max((depth for depth in self._outline.values()), default=-1)
        sizes = {line.size for lines in pages for line in lines if self._larger(line)}
        self._ranks = {size: rank for rank, size in enumerate(sorted(sizes, reverse=True))}
        self._typed = bool(self._outline) or self._stands_out(pages)

    def level(self, page: int, line: Line, before: Line | None) -> Level | None:
        """The level of the heading that `line` on page index `page` is, None for other lines."""
        text = line.text
        if line.row or len(text) > LONGEST or not any(letter.isalpha() for letter in text):
            return None
        depth = self._outline.get((page, key(text)))
        if depth is not None:
            return depth, 0
        base = self._depth + 1
        if self._larger(line):
            return base + self._ranks[line.size], _number_depth(text)
        if line.mono:
            return None
        low = base + len(self._ranks)
        if not self._outline and self._series_or_chapter(text):
            return low, 0
        if self._bold_heading(line, before) or self._plain_heading(text):
            return low + 1, _number_depth(text)
        return None

    def _larger(self, line: Line) -> bool:
        return line.size >= LARGER * self._body.size > 0

    def _series_or_chapter(self, text: str) -> bool:
        series = _SERIES.match(text)
        if series is not None and series[1] in self._series:
            return True
        return _CHAPTER.match(text) is not None and not text.endswith((".", ",", ";")) and len(text) <= 80

    def _bold_heading(self, line: Line, before: Line | None) -> bool:
        """A short bold line of its own; with an outline such lines are labels ("Catatan") or table heads."""
        if not line.bold or self._outline or line.text.endswith(_ENDS[:-3]):
            return False
        apart = before is None or before.y - line.y > 1.3 * line.size or before.y <= line.y or before.bold
        return apart and len(line.text) <= 80 and line.size >= 0.95 * self._body.size

    def _plain_heading(self, text: str) -> bool:
        """A numbered title ("2.3 Judul") in a book whose type does not tell headings from text."""
        number = _NUMBERED.match(text)
        return not self._typed and number is not None and "." in number[0][:-1].strip(". ") and _title(text)

    def _stands_out(self, pages: Sequence[Sequence[Line]]) -> bool:
        count = sum(self._larger(line) or line.bold for lines in pages for line in lines)
        return count * 4 >= len(pages)

    def _matched(self, pages: Sequence[Sequence[Line]], outline: Sequence[OutlineEntry]) -> dict[tuple[int, str], int]:
        """(page index, title key) -> depth for the entries that are found; empty when too few are."""
        found: dict[tuple[int, str], int] = {}
        keys = [{key(line.text): line for line in lines} for lines in pages]
        for entry in outline:
            for index in (entry.page - 1, entry.page):
                title = next(iter(_titles(entry, keys, index)), None)
                if title is not None:
                    found[index, title] = entry.depth
                    label = _LABEL.match(key(entry.title))
                    if label is not None and label[0] in keys[index]:
                        found[index, label[0]] = entry.depth
                    break
        return found if len(found) >= max(2, OUTLINE_SHARE * len(outline)) else {}


def _titles(entry: OutlineEntry, keys: list[dict[str, Line]], index: int) -> list[str]:
    """The keys on a page that an outline entry can mean: the title, also with or without its number in front."""
    title = key(entry.title)
    if not title or not 0 <= index < len(keys):
        return []
    if title in keys[index]:
        return [title]
    bare = _LABEL.sub("", title)
    numbered = re.compile(_LABEL.pattern + re.escape(bare))
    return [found for found in keys[index] if found == bare or numbered.fullmatch(found)] if bare else []


def _number_depth(text: str) -> int:
    number = _NUMBERED.match(text)
    return number[0].strip(". ").count(".") + 1 if number else 0


def _title(text: str) -> bool:
    return len(text) <= 80 and not text.endswith(_ENDS)


def _series(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Words that stand alone with a number which rises through the book."""
    numbers: dict[str, list[int]] = {}
    for lines in pages:
        for line in lines:
            found = _SERIES.match(line.text)
            if found is not None:
                numbers.setdefault(found[1], []).append(int(found[2]))
    return frozenset(
        word
        for word, seen in numbers.items()
        if len(seen) >= NUMBERED_SERIES and sum(a < b for a, b in pairwise(seen)) >= 0.8 * len(seen) - 1
    )
