"""Cutting text where a reader would: at paragraphs, lines, sentences, else between words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from nexus_appliance.curriculum.tables import SEPARATOR
from nexus_appliance.curriculum.tokens import TokenCounter

WORD_LIMIT = 100
"""Characters of a word that is never cut; a longer "word" (a key, a URL) may be, so that it cannot fill a window."""

_BORDERS = re.compile(r"\n\n+|\n|(?<=[.!?…])[\"'”’)\]]*[ ]+(?=[\"'“‘(\[]*[A-Z0-9À-ÞА-Я])|$")
ABBREVIATIONS = "dr|Dr|Ir|Prof|Drs|Hj|St|No|Mr|Mrs|hlm|dll|dsb|mis|misal|yaitu|Jl|tgl|ca"
"""What a full stop follows that ends no sentence; a pattern."""

_ABBREVIATION = re.compile(rf"\b(?:[A-Z]|{ABBREVIATIONS})\.$")
_WORDS = re.compile(rf"\S{{1,{WORD_LIMIT}}}\s*")


class Border(IntEnum):
    """What ends a piece; a larger value is the better place to cut."""

    WORD = 0
    SENTENCE = 1
    LINE = 2
    PARAGRAPH = 3
    PAGE = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters start..end of a text (with the white space that follows), their tokens, and what ends them."""

    start: int
    end: int
    tokens: int
    border: Border


def pieces(
    text: str, tokens: TokenCounter, largest: int, page_starts: Sequence[int] = (), *, row: int = 0
) -> list[Piece]:
    """Cut `text` into consecutive pieces of at most `largest` tokens; `page_starts` are offsets of new pages.

    Rows of a table stay whole up to `row` tokens, if that is more.
    """
    row = max(row, largest)
    cuts = dict.fromkeys((start for start in page_starts if 0 < start < len(text)), Border.PAGE)
    for found in _BORDERS.finditer(text):
        if found.end() and found.end() not in cuts:
            border = _border(found[0])
            if border == Border.SENTENCE and tokens(_row_at(text, found.start())) in range(1, row + 1):
                continue
            if border > Border.SENTENCE or not _ABBREVIATION.search(text, max(0, found.start() - 8), found.start()):
                cuts[found.end()] = border
    cuts.setdefault(len(text), Border.PARAGRAPH)
    found_pieces: list[Piece] = []
    start = 0
    for end in sorted(cuts):
        if end > start:
            limit = row if SEPARATOR in text[start:end] else largest
            found_pieces.extend(_fitting(text, start, end, cuts[end], tokens, limit))
            start = end
    return found_pieces


def _row_at(text: str, place: int) -> str:
    """The line around `place` if it is a row of a table, else nothing."""
    end = text.find("\n", place)
    line = text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)]
    return line if SEPARATOR in line else ""


def _border(matched: str) -> Border:
    if matched.startswith("\n\n") or not matched:
        return Border.PARAGRAPH
    return Border.LINE if "\n" in matched else Border.SENTENCE


def _fitting(text: str, start: int, end: int, border: Border, tokens: TokenCounter, largest: int) -> list[Piece]:
    count = tokens(text[start:end])
    if count <= largest:
        return [Piece(start, end, count, border)]
    words = [
        Piece(start + found.start(), start + found.end(), tokens(found[0]), Border.WORD)
        for found in _WORDS.finditer(text[start:end])
    ]
    if not words:
        return [Piece(start, end, count, border)]
    words[0] = Piece(start, words[0].end, words[0].tokens, Border.WORD)
    words[-1] = Piece(words[-1].start, end, words[-1].tokens, border)
    return words
