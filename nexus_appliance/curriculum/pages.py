"""The pages of a book: lines with their type and place, and the text that they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

FINE = 10_000
Box = tuple[int, int, int, int]
"""Left, top, right, bottom on the page as it is drawn, in steps of 1/`FINE` of its width and height."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text that is printed without a gap, from `x` to about `end` on the baseline `y`, in points."""

    text: str
    x: float
    end: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. `y` is its baseline and `size` its type size, in points; 0 where unknown.

    `runs` are its parts with gaps between them, in the file's order. `row` says that the line is a row of a table.
    """

    text: str
    y: float = 0.0
    size: float = 0.0
    bold: bool = False
    mono: bool = False
    runs: tuple[Run, ...] = field(default=(), compare=False)
    row: bool = False


@dataclass(frozen=True)
class Page:
    """One page as printed: `number` counts PDF pages from 1, `printed` is the label a reader sees, None if unknown."""

    number: int
    printed: str | None
    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        """All lines, one under the other."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One bookmark: `depth` from 0, `page` from 1."""

    title: str
    depth: int
    page: int


@dataclass(frozen=True, slots=True)
class Word:
    """One word and where it stands."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class ScannedLine:
    """Words of one line; `y` is its baseline above the foot of the upright page, `size` its type size, in points.

    A size of 0 is unknown.
    """

    words: tuple[Word, ...]
    y: float
    size: float

    @property
    def text(self) -> str:
        """The words with a space between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read on the picture of one page; `quality` from 0 (nothing can be trusted) to 1."""

    lines: tuple[ScannedLine, ...]
    quality: float


@dataclass(frozen=True, slots=True)
class Extract:
    """What a PDF holds. `lost` counts the pages that could not be read and are empty here.

    By page number: `scans` are the pages whose text comes from their pictures; `unread` are pages of which only the
    picture has the text, and it could not be read here.
    """

    pages: tuple[Page, ...]
    outline: tuple[OutlineEntry, ...]
    lost: int = 0
    scans: Mapping[int, Scan] = field(default_factory=dict)
    unread: tuple[int, ...] = ()


def letters(lines: Sequence[Line | ScannedLine]) -> int:
    """How many letters these lines hold."""
    return sum(character.isalpha() for line in lines for character in line.text)
