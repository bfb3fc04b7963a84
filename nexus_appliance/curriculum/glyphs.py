"""From pypdf's text pieces to lines with their type, and a cure for fonts without a space."""

from collections.abc import Sequence
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, NumberObject

from nexus_appliance.curriculum.pages import Line
from nexus_appliance.curriculum.runs import MONO_NAMES, Glyphs, runs_of
from nexus_appliance.curriculum.scripts import with_scripts

SPACE_CODE = 32
SPACE_WIDTH = 250
"""Thousandths of an em: the word space of nearly all proportional text faces."""
SPACE_LIMIT = 400
"""A wider "space" in a proportional font is another glyph that happens to have code 32."""
BOLD_NAMES = ("bold", "black", "heavy", "semibold", "-bd", "cmbx", "lmroman10-b")


class PageTooLongError(Exception):
    """A page has more drawing operators than any printed page."""


class LineCollector:
    """pypdf's text visitor: gathers at most `limit` characters of at most `operators` and cuts them into lines."""

    def __init__(self, limit: int, operators: int) -> None:
        self._room = limit
        self._operators = operators
        self._pieces: list[Glyphs] = []

    def __call__(self, text: str, cm: list[float], tm: list[float], font: DictionaryObject | None, size: float) -> None:
        """Take one piece of text with its matrices, its font and its unscaled size in points."""
        if not text or self._room <= 0:
            return
        text = text[: self._room]
        self._room -= len(text)
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs(tm[3] * cm[3] + tm[2] * cm[1]) or abs(tm[1] * cm[2]) or 1.0
        name = str(font.get("/BaseFont", "")) if font is not None else ""
        self._pieces.append(Glyphs(text, x, y, size * scale, name.casefold()))

    def count(self, *_operator: object) -> None:
        """Count one operator; raise `PageTooLongError` after the last allowed: pypdf's time grows with their square."""
        self._operators -= 1
        if self._operators < 0:
            raise PageTooLongError

    def lines(self) -> tuple[Line, ...]:
        """The lines so far, without the empty ones; the type of a line is that of most of its characters."""
        lines: list[Line] = []
        parts: list[Glyphs] = []
        for piece in self._pieces:
            head, *rest = piece.text.split("\n")
            parts.append(piece._replace(text=head))
            for following in rest:
                lines.extend(_line(parts))
                parts = [piece._replace(text=following)]
        lines.extend(_line(parts))
        return tuple(lines)


def _line(parts: Sequence[Glyphs]) -> list[Line]:
    shown = [part for part in parts if part.text.strip()]
    if not shown:
        return []
    weights: dict[tuple[float, float, str], int] = {}
    for part in shown:
        key = (round(part.y, 1), round(part.size, 1), part.font)
        weights[key] = weights.get(key, 0) + len(part.text.strip())
    y, size, name = max(weights, key=lambda key: weights[key])
    bold = _named(name, BOLD_NAMES) and all(_named(part.font, (*BOLD_NAMES, *MONO_NAMES)) for part in shown)
    mono = all(part.mono for part in shown)
    parts = with_scripts(parts)
    return [Line("".join(part.text for part in parts), y, size, bold, mono, runs_of(parts))]


def _named(name: str, marks: tuple[str, ...]) -> bool:
    return any(mark in name for mark in marks)


def repair_spaces(page: PageObject, repaired: set[int]) -> None:
    """Give fonts whose code 32 is not a space a space of usual width, so that pypdf sees the gaps between words.

    Subset fonts of TeX have no space glyph; pypdf then takes the width of whatever glyph has code 32 (often "=").
    `repaired` holds the fonts already seen in this file.
    """
    fonts = _resolved(_resolved(page.get("/Resources")).get("/Font"))
    for reference in fonts.values():
        font = _resolved(reference)
        if id(font) not in repaired:
            repaired.add(id(font))
            _repair_font(font)


def _resolved(value: Any) -> DictionaryObject:
    value = value.get_object() if value is not None else None
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def _repair_font(font: DictionaryObject) -> None:
    if _named(str(font.get("/BaseFont", "")).casefold(), MONO_NAMES):
        return
    descendants = font.get("/DescendantFonts")
    descendants = descendants.get_object() if descendants is not None else None
    if isinstance(descendants, ArrayObject) and descendants:
        _repair_widths(_resolved(descendants[0]))


def _repair_widths(descendant: DictionaryObject) -> None:
    widths = descendant.get("/W")
    widths = widths.get_object() if widths is not None else None
    if isinstance(widths, ArrayObject) and _width_of_space(widths) > SPACE_LIMIT:
        widths.append(NumberObject(SPACE_CODE))
        widths.append(ArrayObject([NumberObject(SPACE_WIDTH)]))


def _width_of_space(widths: ArrayObject) -> float:
    """The width of code 32 in a /W array of `first [w w ...]` and `first last w` groups (PDF 1.7, 9.7.4.3)."""
    index = 0
    found = 0.0
    while index + 1 < len(widths):
        first, second = widths[index].get_object(), widths[index + 1].get_object()
        if isinstance(second, ArrayObject):
            if 0 <= SPACE_CODE - int(first) < len(second):
                found = float(second[SPACE_CODE - int(first)].get_object())
            index += 2
        else:
            if index + 2 < len(widths) and int(first) <= SPACE_CODE <= int(second):
                found = float(widths[index + 2].get_object())
            index += 3
    return found
