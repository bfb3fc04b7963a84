"""The pages of a book: lines with their type and place, and the text that they make."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. `y` is its baseline and `size` its type size, in points; 0 where unknown."""

    text: str
    y: float = 0.0
    size: float = 0.0
    bold: bool = False
    mono: bool = False


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
class Extract:
    """What a PDF holds. `lost` counts the pages that could not be read and are empty here."""

    pages: tuple[Page, ...]
    outline: tuple[OutlineEntry, ...]
    lost: int
