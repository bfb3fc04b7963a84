"""The text of a passage as a reader sees it: paragraphs, tables and code, told apart by their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from nexus_appliance.curriculum.tables import SEPARATOR
from nexus_appliance.curriculum.typography import looks_like_code

Kind = Literal["text", "table", "code"]

CODE_SHARE = 0.5
"""A block of lines of which this share reads as code is code."""

LONGEST_CODE = 160
"""Characters of a line of code."""

PROSE_WORDS = 7
"""A line of so many words that ends as a sentence does is no code."""

_CELL = re.compile(r"(?:^|(?<=\s))\|(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; `rows` holds the cells of a table."""

    kind: Kind
    text: str

    @property
    def rows(self) -> list[list[str]]:
        """The cells of each line."""
        return [cells(line) for line in self.text.split("\n")]


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a passage; none of its characters but empty lines is lost."""
    for part in re.split(r"\n{2,}", text):
        for (tabular, _prose), group in groupby(part.split("\n"), key=lambda line: (_is_row(line), _is_prose(line))):
            lines = list(group)
            if any(line.strip() for line in lines):
                yield Block(_kind(lines, tabular=tabular), "\n".join(lines))


def cells(row: str) -> list[str]:
    """The cells of a row."""
    return [cell.strip() for cell in _CELL.split(row)]


def _is_row(line: str) -> bool:
    return SEPARATOR in f" {line} "


def _is_prose(line: str) -> bool:
    ended = len(line.split()) >= PROSE_WORDS and line.rstrip().endswith((".", "?", "!", ":"))
    return len(line) > LONGEST_CODE or ended


def _kind(lines: list[str], *, tabular: bool) -> Kind:
    shown = [line for line in lines if line.strip()]
    if not _is_prose(lines[0]) and sum(map(looks_like_code, shown)) >= CODE_SHARE * len(shown):
        return "code"
    return "table" if tabular and len({len(cells(line)) for line in lines}) == 1 else "text"
