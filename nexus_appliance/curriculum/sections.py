"""A book's sections: headings with the text under them, paragraphs whole again, pages marked."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nexus_appliance.curriculum.characters import clean
from nexus_appliance.curriculum.headings import Headings, Level, body_of
from nexus_appliance.curriculum.hyphens import Hyphens
from nexus_appliance.curriculum.margins import body_lines
from nexus_appliance.curriculum.pages import Extract, Line

PARAGRAPH_GAP = 1.3
"""A line this many times the usual distance below the last one begins a paragraph."""
FULL_LINE = 0.7
"""A line shorter than this share of a full one ends its paragraph when it ends a sentence."""

_ITEM = re.compile(r"^(?:[•●○▪■◦‣–—*✓➢-]\s|(?:\d{1,3}|[a-zA-Z])[.)]\s|\(\d{1,2}\)\s)")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Mark:
    """Character offset in a section's text from which it stands on page index `page`."""

    start: int
    page: int


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading (the heading is its first line), `path` from the highest heading down."""

    path: tuple[str, ...]
    text: str
    marks: tuple[Mark, ...]


@dataclass(slots=True)
class _Draft:
    """A section in the making."""

    path: tuple[str, ...]
    heading: bool
    text: str = ""
    marks: list[Mark] = field(default_factory=list)

    def add(self, joint: str, text: str, page: int) -> None:
        if not self.text:
            joint = ""
        self.text += joint
        if not self.marks or self.marks[-1].page != page:
            self.marks.append(Mark(len(self.text), page))
        self.text += text


def sections(book: Extract) -> list[Section]:
    """Clean a book and cut it at its headings. Headings without text of their own live on in the paths below."""
    pages = [_cleaned(lines) for lines in body_lines(book.pages)]
    headings = Headings(pages, book.outline)
    writer = _Writer(pages)
    stack: list[tuple[Level, str]] = []
    drafts = [_Draft((), heading=False)]
    for page, line, before in _walk(pages):
        level = headings.level(page, line, before)
        if level is None:
            writer.write(drafts[-1], page, line, before)
        elif _continues_heading(drafts[-1], stack, level, line, before):
            title = f"{stack[-1][1]} {line.text}"
            stack[-1] = (level, title)
            drafts[-1].add(" ", line.text, page)
            drafts[-1].path = (*drafts[-1].path[:-1], title)
        else:
            stack = [*(entry for entry in stack if entry[0] < level), (level, line.text)]
            drafts.append(_Draft(tuple(title for _level, title in stack), heading=True))
            drafts[-1].add("", line.text, page)
    return [Section(draft.path, draft.text, tuple(draft.marks)) for draft in drafts if _has_body(draft)]


def _has_body(draft: _Draft) -> bool:
    return bool(draft.text.strip()) and not (draft.heading and draft.text == draft.path[-1])


def _continues_heading(
    draft: _Draft, stack: list[tuple[Level, str]], level: Level, line: Line, before: Line | None
) -> bool:
    """Whether a line is the second printed line of the heading just above it."""
    return (
        before is not None
        and bool(stack)
        and draft.heading
        and draft.text == draft.path[-1]
        and stack[-1][0][0] == level[0]
        and level[1] == 0
        and before.size == line.size
        and 0 < before.y - line.y < 1.6 * line.size
        and len(before.text) >= 20
    )


def _cleaned(lines: Sequence[Line]) -> list[Line]:
    cleaned = (replace(line, text=clean(line.text, spacing=line.mono)) for line in lines)
    return [line for line in cleaned if line.text.strip()]


def _walk(pages: Sequence[Sequence[Line]]) -> Iterator[tuple[int, Line, Line | None]]:
    """Every line with its page index and the line before it on the same page."""
    for index, lines in enumerate(pages):
        before = None
        for line in lines:
            yield index, line, before
            before = line


class _Writer:
    """Puts lines together again: wrapped lines to paragraphs; items, table rows and code keep their lines."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        self._width = body_of(pages).width
        self._leading = _leading(pages)
        self._hyphens = Hyphens(line.text for lines in pages for line in lines if not line.mono)

    def write(self, draft: _Draft, page: int, line: Line, before: Line | None) -> None:
        """Add one line to the section, joined to what stands there as its place and type demand."""
        last = draft.text.rpartition("\n")[2]
        if draft.heading and draft.text == draft.path[-1]:
            draft.add("\n\n", line.text, page)
        elif before is None:
            self._over_the_page(draft, page, line, last)
        elif line.mono or before.mono:
            draft.add("\n" if line.mono and before.mono else "\n\n", line.text, page)
        elif self._new_paragraph(line, before):
            draft.add("\n\n" if not _ITEM.match(line.text) else "\n", line.text, page)
        elif _ITEM.match(line.text) or not self._wrapped(before, line):
            draft.add("\n", line.text, page)
        else:
            self._join(draft, page, line, last)

    def _over_the_page(self, draft: _Draft, page: int, line: Line, last: str) -> None:
        """The first line of a page goes on with the sentence of the page before, or begins a paragraph."""
        goes_on = line.text[0].islower() and not _SENTENCE_END.search(last)
        if line.mono:
            draft.add("\n", line.text, page)
        elif goes_on and last and not _ITEM.match(line.text):
            self._join(draft, page, line, last)
        else:
            draft.add("\n\n", line.text, page)

    def _join(self, draft: _Draft, page: int, line: Line, last: str) -> None:
        joined = self._hyphens.join(last, line.text)
        if joined is None:
            draft.add(" ", line.text, page)
        else:
            kept = len(joined) - len(line.text)
            draft.text = draft.text[: len(draft.text) - len(last)] + joined[:kept]
            draft.add("", line.text, page)

    def _new_paragraph(self, line: Line, before: Line) -> bool:
        drop = before.y - line.y
        return drop < 0 or drop > PARAGRAPH_GAP * self._leading * max(line.size, before.size, 1.0)

    def _wrapped(self, before: Line, line: Line) -> bool:
        """Whether the line before was broken by the printer rather than ended by the writer."""
        full = len(before.text) >= FULL_LINE * self._width
        return full or (line.text[0].islower() and not _SENTENCE_END.search(before.text))


def _leading(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance of two baselines, in type sizes."""
    drops = Counter(
        round((before.y - line.y) / line.size, 1)
        for _page, line, before in _walk(pages)
        if before is not None and line.size == before.size > 0 and line.size < before.y - line.y < 3 * line.size
    )
    return max(drops, key=lambda drop: drops[drop]) if drops else 1.2
