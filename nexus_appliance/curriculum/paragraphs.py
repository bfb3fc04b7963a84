"""Printed lines put together again: wrapped lines to paragraphs; items, table rows and code keep their lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nexus_appliance.curriculum.characters import clean
from nexus_appliance.curriculum.hyphens import Hyphens
from nexus_appliance.curriculum.pages import Line
from nexus_appliance.curriculum.tables import SEPARATOR, with_tables
from nexus_appliance.curriculum.typography import body_of, indented, leadings, mark_code

PARAGRAPH_GAP = 1.3
"""A line this many times the usual distance below the last one begins a paragraph."""
FULL_LINE = 0.7
"""A line shorter than this share of a full one ends its paragraph when it ends a sentence."""
FULL_ROW = 0.85
"""Nor is a line shorter than this one that goes on with a capital letter: it is a row of a table."""
USUAL_LEADING = 1.2
"""Baseline distance in type sizes, for sizes that never fill two lines."""
SAME_HEIGHT = 2.0
"""Points by which a marker's baseline may differ from that of its line."""

_BULLET = "[•●○▪■◦‣–—*✓➢-]"
_ITEM = re.compile(rf"^(?:{_BULLET}\s|(?:\d{{1,3}}|[a-zA-Z])[.)]\s|\(\d{{1,2}}\)\s)")
_MARKER = re.compile(rf"^(?:{_BULLET}|(?:\d{{1,3}}|[a-zA-Z])[.)])$")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Mark:
    """Character offset in a section's text from which it stands on page index `page`."""

    start: int
    page: int


@dataclass(slots=True)
class Draft:
    """A section in the making: the path of its headings, of which its text begins with the last."""

    path: tuple[str, ...]
    text: str = ""
    marks: list[Mark] = field(default_factory=list)

    @property
    def bare(self) -> bool:
        """Whether there is nothing yet but the heading."""
        return bool(self.path) and self.text == self.path[-1]

    def add(self, joint: str, text: str, page: int) -> None:
        """Append `text`, set off by `joint`."""
        if self.text:
            self.text += joint
        if not self.marks or self.marks[-1].page != page:
            self.marks.append(Mark(len(self.text), page))
        self.text += text


def clean_lines(lines: Sequence[Line]) -> list[Line]:
    """The lines of one page with clean characters; tables as rows, markers of list items before their items."""
    cleaned = (replace(line, text=clean(line.text, spacing=line.mono)) for line in _typed(lines))
    return _with_markers([line for line in cleaned if line.text.strip()])


def _typed(lines: Sequence[Line]) -> list[Line]:
    return with_tables(indented(mark_code(lines)))


def _with_markers(lines: list[Line]) -> list[Line]:
    """Put bullets and numbers that stand alone in the file before the line at whose height they are printed."""
    markers = [line for line in lines if _MARKER.match(line.text)]
    if not markers:
        return lines
    joined = []
    for line in lines:
        if not _MARKER.match(line.text):
            near = (marker.text for marker in markers if abs(marker.y - line.y) <= SAME_HEIGHT)
            marker = None if line.mono or line.row else next(near, None)
            joined.append(line if marker is None else replace(line, text=f"{marker} {line.text}"))
    return joined


class Writer:
    """Writes lines into drafts; measures the whole book once (lines as `clean_lines` gives them)."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        self._width = body_of(pages).width
        self._leadings = leadings(pages)
        self._hyphens = Hyphens(line.text for lines in pages for line in lines if not (line.mono or line.row))

    def write(self, draft: Draft, page: int, line: Line, before: Line | None) -> None:
        """Add one line, joined to what stands there as its place and type demand; `before` is on the same page."""
        last = draft.text.rpartition("\n")[2]
        item = _ITEM.match(line.text) is not None
        if draft.bare:
            draft.add("\n\n", line.text, page)
        elif before is None:
            self._over_the_page(draft, page, line, last)
        elif line.mono or before.mono or line.row or before.row:
            alike = line.mono == before.mono and line.row == before.row
            draft.add("\n" if alike else "\n\n", line.text, page)
        elif self._new_paragraph(line, before):
            draft.add("\n" if item else "\n\n", line.text, page)
        elif item or not self._wrapped(before, line):
            draft.add("\n", line.text, page)
        else:
            self._join(draft, page, line, last)

    def _over_the_page(self, draft: Draft, page: int, line: Line, last: str) -> None:
        """The first line of a page goes on with the sentence of the page before, or begins a paragraph."""
        goes_on = line.text[0].islower() and not _SENTENCE_END.search(last) and not _ITEM.match(line.text)
        if line.mono:
            draft.add("\n", line.text, page)
        elif line.row:
            draft.add("\n" if SEPARATOR in last else "\n\n", line.text, page)
        elif goes_on and last:
            self._join(draft, page, line, last)
        else:
            draft.add("\n\n", line.text, page)

    def _join(self, draft: Draft, page: int, line: Line, last: str) -> None:
        joined = self._hyphens.join(last, line.text)
        if joined is None:
            draft.add(" ", line.text, page)
        else:
            kept = joined[: len(joined) - len(line.text)]
            draft.text = draft.text[: len(draft.text) - len(last)] + kept
            draft.add("", line.text, page)

    def _new_paragraph(self, line: Line, before: Line) -> bool:
        size = max(line.size, before.size)
        drop = before.y - line.y
        return drop < 0 or drop > PARAGRAPH_GAP * self._leadings.get(size, USUAL_LEADING * size)

    def _wrapped(self, before: Line, line: Line) -> bool:
        """Whether the line before was broken by the printer rather than ended by the writer."""
        share = len(before.text) / self._width
        if line.text[0].islower():
            return share >= FULL_LINE or not _SENTENCE_END.search(before.text)
        return share >= (FULL_LINE if _SENTENCE_END.search(before.text) else FULL_ROW)
