"""Chunks: what a pack is made of. Sections cut to a size in tokens, with their pages and their windows."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nexus_appliance.curriculum.pages import Page
from nexus_appliance.curriculum.pieces import Border, Piece, pieces
from nexus_appliance.curriculum.sections import Section
from nexus_appliance.curriculum.tokens import TokenCounter

CHUNKER = "headings"
CHUNKER_VERSION = 2
CHUNK_TOKENS = 800
OVERLAP_TOKENS = 100
WINDOW_TOKENS = 300
"""Tokens that a window aims at."""
SECTION_SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class Span:
    """From character `start` of the chunk's text on it stands on `page` (from 1), which shows `printed`."""

    start: int
    page: int
    printed: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """Characters `start` to `end` of the chunk's text: what one vector stands for."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of one section's text; `section` is the path of its headings."""

    text: str
    section: str
    spans: tuple[Span, ...]
    windows: tuple[Window, ...]

    @property
    def sha256(self) -> str:
        """The chunk's identity: the hash of its text alone, so that an inserted page changes few chunks."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def page_at(self, offset: int) -> Span:
        """The page on which the character at `offset` stands."""
        return self.spans[max(0, bisect_right(self.spans, offset, key=lambda span: span.start) - 1)]

    def window_text(self, index: int) -> str:
        """The text of a window."""
        window = self.windows[index]
        return self.text[window.start : window.end]

    def window_span(self, index: int) -> Span:
        """The page on which most of the window's characters stand; the earlier one of two equals."""
        window = self.windows[index]
        ends = [*(span.start for span in self.spans[1:]), len(self.text)]
        stretches = zip(self.spans, ends, strict=True)
        shares = [min(window.end, end) - max(window.start, span.start) for span, end in stretches]
        return self.spans[shares.index(max(shares))]

    def passage(self, index: int) -> str:
        """What the encoder reads for a window."""
        return self.window_text(index)


def chunk_sections(
    sections: Sequence[Section], pages: Sequence[Page], tokens: TokenCounter, room: int
) -> Iterator[list[Chunk]]:
    """The chunks of each section in turn. `room` bounds a window's tokens (the encoder's limit less its prefix)."""
    for section in sections:
        yield list(_section_chunks(section, pages, tokens, room))


def _section_chunks(section: Section, pages: Sequence[Page], tokens: TokenCounter, room: int) -> Iterator[Chunk]:
    starts = [mark.start for mark in section.marks]
    parts = pieces(section.text, tokens, OVERLAP_TOKENS, starts, row=min(WINDOW_TOKENS, room))
    for first, last in _stretches(parts):
        start, end = parts[first].start, parts[last - 1].end
        text = section.text[start:end].rstrip()
        spans = _spans(section, pages, start, start + len(text))
        windows = tuple(_windows(text, [span.start for span in spans], tokens, room))
        yield Chunk(text, SECTION_SEPARATOR.join(section.path), spans, windows)


def _spans(section: Section, pages: Sequence[Page], start: int, end: int) -> tuple[Span, ...]:
    first = bisect_right(section.marks, start, key=lambda mark: mark.start) - 1
    return tuple(
        Span(max(0, mark.start - start), pages[mark.page].number, pages[mark.page].printed)
        for mark in section.marks[max(0, first) :]
        if mark.start < end
    )


def _stretches(parts: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Ranges of pieces of at most CHUNK_TOKENS that overlap by at most OVERLAP_TOKENS."""
    first = 0
    while first < len(parts):
        last = _filled(parts, first, CHUNK_TOKENS)
        if last == len(parts):
            yield first, last
            return
        last = _best_cut(parts, first, last, CHUNK_TOKENS * 3 // 4)
        yield first, last
        first = max(first + 1, _overlapped(parts, last))


def _filled(parts: Sequence[Piece], first: int, limit: int) -> int:
    """The end of the longest range from `first` that holds at most `limit` tokens; one piece at least."""
    total, last = parts[first].tokens, first + 1
    while last < len(parts) and total + parts[last].tokens <= limit:
        total += parts[last].tokens
        last += 1
    return last


def _best_cut(parts: Sequence[Piece], first: int, last: int, least: int) -> int:
    """Move the end of a range back to the best border, keeping at least `least` tokens."""
    best, total = last, 0
    best_border = -1
    for index in range(first, last):
        total += parts[index].tokens
        border = min(parts[index].border, Border.PARAGRAPH)
        if total >= least and border >= best_border:
            best, best_border = index + 1, border
    return best


def _overlapped(parts: Sequence[Piece], last: int) -> int:
    """Where the next chunk starts: as many whole pieces before `last` as OVERLAP_TOKENS hold."""
    total = 0
    while last > 0 and total + parts[last - 1].tokens <= OVERLAP_TOKENS:
        last -= 1
        total += parts[last].tokens
    return last


def _windows(text: str, page_starts: Sequence[int], tokens: TokenCounter, room: int) -> Iterator[Window]:
    size = min(WINDOW_TOKENS, room)
    parts = pieces(text, tokens, size, page_starts)
    first = 0
    while first < len(parts):
        last = _filled(parts, first, size)
        left = sum(part.tokens for part in parts[last:])
        if left > 0:
            last = _window_cut(parts, first, last, size)
        yield _trimmed(text, parts[first].start, parts[last - 1].end)
        first = last


def _window_cut(parts: Sequence[Piece], first: int, last: int, size: int) -> int:
    """End a window at a page, else at the best border of its last third."""
    total = 0
    for index in range(first, last):
        total += parts[index].tokens
        if parts[index].border == Border.PAGE and total >= size // 3:
            return index + 1
    return _best_cut(parts, first, last, size * 2 // 3)


def _trimmed(text: str, start: int, end: int) -> Window:
    stripped = text[start:end]
    return Window(start + len(stripped) - len(stripped.lstrip()), end - (len(stripped) - len(stripped.rstrip())))
