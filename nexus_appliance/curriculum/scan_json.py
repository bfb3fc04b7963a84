"""Scans as JSON: in a pack, and while a book is read. Strict reading: what is written may come back spoiled."""

import json
from typing import Any

from nexus_appliance.curriculum.pages import FINE, Scan, ScannedLine, Word
from nexus_appliance.curriculum.strict import items, parsed, real

VERSION = 1
WORD_LIMIT = 10_000
"""Words of one page; a page of a newspaper has 5,000."""
WORD_CHARACTERS = 200
POINTS_LIMIT = 100_000.0
"""No page is so high: PDF readers stop at 14,400 points (PDF 1.7, annex C)."""


def scan_to_json(scan: Scan) -> bytes:
    """One scan; the same scan always gives the same bytes."""
    return json.dumps(to_plain(scan), ensure_ascii=False, separators=(",", ":")).encode()


def scan_from_json(raw: bytes) -> Scan:
    """Read what `scan_to_json` made, from anywhere; anything unexpected is a ValueError."""
    return from_plain(parsed(raw))


def scans_from_json(raw: bytes) -> dict[int, Scan]:
    """Scans by page number as packs of format 0 have them, from anywhere; anything unexpected is a ValueError."""
    value = parsed(raw)
    if not isinstance(value, dict) or value.get("version") != VERSION or not isinstance(value.get("pages"), dict):
        raise ValueError("not scans")
    return {_page(name): from_plain(scan) for name, scan in value["pages"].items()}


def _page(name: str) -> int:
    if not name.isascii() or not name.isdecimal() or not 0 < len(name) < 10 or str(int(name)) != name or name == "0":
        raise ValueError("not a page")
    return int(name)


def to_plain(scan: Scan) -> dict[str, Any]:
    """The scan as values of JSON."""
    lines = [[line.y, line.size, [[word.text, *word.box] for word in line.words]] for line in scan.lines]
    return {"quality": scan.quality, "lines": lines}


def from_plain(value: Any) -> Scan:
    """Read what `to_plain` made, from anywhere; anything unexpected is a ValueError."""
    if not isinstance(value, dict) or set(value) != {"quality", "lines"}:
        raise ValueError("not a scan")
    lines = tuple(_line(line) for line in items(value["lines"]))
    if sum(len(line.words) for line in lines) > WORD_LIMIT:
        raise ValueError("too many words")
    return Scan(lines, real(value["quality"], 1.0))


def _line(item: Any) -> ScannedLine:
    y, size, words = items(item, 3)
    return ScannedLine(tuple(_word(word) for word in items(words)), real(y, POINTS_LIMIT), real(size, POINTS_LIMIT))


def _word(item: Any) -> Word:
    text, *box = items(item, 5)
    if not isinstance(text, str) or not 0 < len(text) <= WORD_CHARACTERS:
        raise ValueError("not a word")
    text.encode()
    if any(type(edge) is not int or not 0 <= edge <= FINE for edge in box):
        raise ValueError("not a place on the page")
    left, top, right, bottom = box
    if left > right or top > bottom:
        raise ValueError("a box inside out")
    return Word(text, (left, top, right, bottom))
