"""A book's sections: headings with the text under them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nexus_appliance.curriculum.headings import Headings, Level, key
from nexus_appliance.curriculum.margins import body_lines
from nexus_appliance.curriculum.pages import Extract, Line
from nexus_appliance.curriculum.paragraphs import Draft, Mark, Writer, clean_lines

DIRECTORY_LINES = 5
DIRECTORY_SHARE = 0.6
"""A section of this many lines of which this share are titles of other sections is a table of contents."""
TINY = 160
"""Characters (40 tokens) below which a section joins its neighbour: a caption of one sentence answers nothing alone."""
BULLETS = "•●○▪■◦‣◉◆►▶➢✓ "
"""Signs that some books print before every heading; they name nothing."""
LEAST_CHAPTERS = 2
"""A title above fewer chapters is a chapter's own."""

_DIRECTORY = re.compile(
    r"(?:daftar (?:isi|gambar|tabel|lampiran)|indeks|index|(?:table of )?contents)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading (the heading is its first line), `path` from the highest heading down."""

    path: tuple[str, ...]
    text: str
    marks: tuple[Mark, ...]


def sections(book: Extract) -> list[Section]:
    """Clean a book and cut it at its headings. Headings without text of their own live on in the paths below."""
    pages = [clean_lines(lines) for lines in body_lines(book.pages)]
    drafts = list(_drafts(pages, Headings(pages, book.outline)))
    titles = {key(draft.path[-1]) for draft in drafts if draft.path}
    kept = [draft for draft in drafts if draft.text and not draft.bare and not _is_directory(draft, titles)]
    _drop_book_title(drafts)
    return [Section(_named(draft.path), draft.text, tuple(draft.marks)) for draft in _without_tiny(kept)]


def _named(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(title.lstrip(BULLETS) or title for title in path)


def _drafts(pages: Sequence[Sequence[Line]], headings: Headings) -> Iterator[Draft]:
    writer = Writer(pages)
    stack: list[tuple[Level, str]] = []
    draft = Draft(())
    for page, line, before in _walk(pages):
        level = headings.level(page, line, before)
        if level is None:
            writer.write(draft, page, line, before)
        elif draft.bare and _same_heading(stack[-1][0], level, line, before):
            stack[-1] = (level, f"{draft.text} {line.text}")
            draft.add(" ", line.text, page)
            draft.path = (*draft.path[:-1], draft.text)
        else:
            yield draft
            stack = [*(entry for entry in stack if entry[0] < level), (level, line.text)]
            draft = Draft(tuple(title for _level, title in stack))
            draft.add("", line.text, page)
    yield draft


def _walk(pages: Sequence[Sequence[Line]]) -> Iterator[tuple[int, Line, Line | None]]:
    """Every line with its page index and the line before it on the same page."""
    for index, lines in enumerate(pages):
        before = None
        for line in lines:
            yield index, line, before
            before = line


def _same_heading(above: Level, level: Level, line: Line, before: Line | None) -> bool:
    """Whether a line is the second printed line of the heading just above it."""
    if before is None or level[1] or above[0] != level[0] or before.size != line.size:
        return False
    return len(before.text) >= 20 and 0 < before.y - line.y < 1.6 * line.size


def _is_directory(draft: Draft, titles: set[str]) -> bool:
    """Whether a section only lists others: a table of contents, of figures, an index."""
    lines = [line for line in draft.text.splitlines() if line.strip()][1:]
    named = bool(draft.path) and _DIRECTORY.match(draft.path[-1]) is not None
    listed = sum(key(line) in titles or (named and line[-1].isdigit()) for line in lines)
    return len(lines) >= DIRECTORY_LINES and listed >= DIRECTORY_SHARE * len(lines)


def _drop_book_title(drafts: Sequence[Draft]) -> None:
    """Take the book's own title out of the paths: one highest heading under which all others stand."""
    deeper = [draft for draft in drafts if len(draft.path) > 1]
    tops = {draft.path[0] for draft in drafts if draft.path}
    if len(tops) == 1 and len({draft.path[1] for draft in deeper}) >= LEAST_CHAPTERS:
        for draft in deeper:
            draft.path = draft.path[1:]


def _without_tiny(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Join tiny sections to the next one on the page."""
    held: Draft | None = None
    for draft in drafts:
        if held is not None and (len(held.text) >= TINY or not _neighbours(held, draft)):
            yield held
            held = None
        held = draft if held is None else _joined(held, draft)
    if held is not None:
        yield held


def _neighbours(first: Draft, second: Draft) -> bool:
    """Whether both stand on one page under the same heading, or the second under the first."""
    depth = len(first.path)
    below = 0 < depth <= len(second.path) and second.path[: depth - 1] == first.path[:-1]
    return below and first.marks[-1].page == second.marks[0].page


def _joined(first: Draft, second: Draft) -> Draft:
    shared = tuple(title for title, other in zip(first.path, second.path, strict=False) if title == other)
    joined = Draft(shared or first.path[:1], first.text, list(first.marks))
    offset = len(first.text) + 2
    joined.text += "\n\n" + second.text
    known = joined.marks[-1].page
    joined.marks += [Mark(mark.start + offset, mark.page) for mark in second.marks if mark.page != known]
    return joined
