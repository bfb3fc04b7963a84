"""Scans as JSON: in a pack, and while a book is read. Strict reading: what is written may come back spoiled."""

import json
from collections.abc import Mapping
from typing import Any

from nexus_appliance.curriculum.pages import FINE, Scan, ScannedLine, Word

VERSION = 1
WORD_LIMIT = 10_000
"""Words of one page; a page of a newspaper has 5,000."""
WORD_CHARACTERS = 200
POINTS_LIMIT = 100_000.0
"""No page is so high: PDF readers stop at 14,400 points (PDF 1.7, annex C)."""


def scans_to_json(scans: Mapping[int, Scan]) -> bytes:
    """Scans by page number; the same scans always give the same bytes."""
    pages = {str(page): to_plain(scan) for page, scan in sorted(scans.items())}
    return json.dumps({"version": VERSION, "pages": pages}, ensure_ascii=False, separators=(",", ":")).encode()


def scans_from_json(raw: bytes) -> dict[int, Scan]:
    """Read what `scans_to_json` made, from anywhere; anything unexpected is a ValueError."""
    try:
        value = json.loads(raw)
    except RecursionError as error:
        raise ValueError("too deep") from error
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
    lines = tuple(_line(item) for item in _list(value["lines"]))
    if sum(len(line.words) for line in lines) > WORD_LIMIT:
        raise ValueError("too many words")
    return Scan(lines, _number(value["quality"], 1.0))


def _line(item: Any) -> ScannedLine:
    y, size, words = _list(item, 3)
    return ScannedLine(tuple(_word(word) for word in _list(words)), _number(y), _number(size))


def _word(item: Any) -> Word:
    text, *box = _list(item, 5)
    if not isinstance(text, str) or not 0 < len(text) <= WORD_CHARACTERS:
        raise ValueError("not a word")
    text.encode()
    if any(type(edge) is not int or not 0 <= edge <= FINE for edge in box):
        raise ValueError("not a place on the page")
    left, top, right, bottom = box
    if left > right or top > bottom:
        raise ValueError("a box inside out")
    return Word(text, (left, top, right, bottom))


def _number(value: Any, most: float = POINTS_LIMIT) -> float:
    if type(value) not in (int, float) or not 0 <= value <= most:
        raise ValueError("not a number")
    return float(value)


def _list(value: Any, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ValueError("not a list")
    return value
