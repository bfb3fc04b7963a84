"""From the words that Tesseract saw on an upright picture to lines on the page as it is drawn."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from nexus_appliance.curriculum.pages import FINE, Box, Scan, ScannedLine, Word
from nexus_appliance.curriculum.scan_json import WORD_CHARACTERS, WORD_LIMIT
from nexus_appliance.curriculum.scans import BLANK
from nexus_appliance.knowledge.tesseract import Seen

DOUBTFUL = 0.2
"""Words of less confidence are rules, shadows and stains."""
TRUSTED = 0.6
"""Lines of less confidence are parts of pictures more often than headings: their size is not believed."""
FEW_WORDS, CHANCE = 5, 0.75
"""So few words of less quality are marks on a photograph."""
POOR = 0.86
"""Quality below which a page is read poorly: of 75 pages, most of them spoiled on purpose, all 23 below it had lost
more than 15 % of their words, and 48 of the 52 above it less (benchmarks/results/ocr.json)."""

BROKEN = Scan((), 0.0)
"""A page on which Tesseract failed."""

ASCENDER, DESCENDER, X_HEIGHT = 0.7, 0.22, 0.48
"""Shares of the type size by which letters rise above and fall below the baseline, in common text faces."""
_FALLING = frozenset("gjpqy,;()[]{}|/Q@$")
_LOW = frozenset("acegmnopqrsuvwxyz.,:;-–—~·•*\"'”“’‘")
_MARKS = frozenset(".,:;-–—~·•*\"'”“’‘_=")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture that was turned counter-clockwise to lie upright: by `turn` quarters, then by `angle` degrees.

    Width and height in pixels after the quarter turns, `scale` in pixels a point.
    """

    width: int
    height: int
    scale: float
    angle: float
    turn: int = 0

    def box(self, word: Seen) -> Box:
        """Where a word of the upright picture stands on the picture as it was."""
        turn = math.radians(self.angle)
        across = (word.left + word.right - self.width) / 2
        down = (word.top + word.bottom - self.height) / 2
        x = self.width / 2 + math.cos(turn) * across - math.sin(turn) * down
        y = self.height / 2 + math.sin(turn) * across + math.cos(turn) * down
        half_width, half_height = (word.right - word.left) / 2, (word.bottom - word.top) / 2
        left, right = (x - half_width) / self.width, (x + half_width) / self.width
        top, bottom = (y - half_height) / self.height, (y + half_height) / self.height
        for _quarter in range(self.turn):  # back, clockwise
            left, top, right, bottom = 1 - bottom, left, 1 - top, right
        return _step(left), _step(top), _step(right), _step(bottom)


def scan_of(seen: Sequence[Seen], sheet: Sheet) -> Scan:
    """The page that these words make; `BLANK` when they are but marks on a picture."""
    kept = [word for word in seen[:WORD_LIMIT] if word.confidence >= DOUBTFUL]
    quality = quality_of(kept)
    if len(kept) < FEW_WORDS and quality < CHANCE:
        return BLANK
    lines = [_line(list(words), sheet) for _key, words in groupby(kept, lambda word: word.line)]
    return Scan(tuple(lines), quality)


def quality_of(words: Sequence[Seen]) -> float:
    """The mean confidence of the words, each by its length; 0 without words."""
    total = sum(len(word.text) for word in words)
    return round(sum(len(word.text) * word.confidence for word in words) / total, 3) if total else 0.0


def _line(words: Sequence[Seen], sheet: Sheet) -> ScannedLine:
    sizes = sorted(_sizes(words))
    size = sizes[len(sizes) // 4]  # the words of a heading are all large; in other lines a speck makes one look so
    foot = statistics.median(word.bottom - DESCENDER * size * bool(_FALLING & set(word.text)) for word in words)
    made = tuple(Word(word.text[:WORD_CHARACTERS], sheet.box(word)) for word in words)
    known = size / sheet.scale if quality_of(words) >= TRUSTED else 0.0
    return ScannedLine(made, round(max(0.0, sheet.height - foot) / sheet.scale, 1), round(known, 1))


def _sizes(words: Sequence[Seen]) -> list[float]:
    """The type size in pixels that the height of each word tells; words of marks alone tell nothing if others do."""
    telling = [word for word in words if not set(word.text) <= _MARKS] or words
    return [(word.bottom - word.top) / _height(word.text) for word in telling for _letter in word.text]


def _height(text: str) -> float:
    """The height of a word as a share of its type size."""
    rising = X_HEIGHT if set(text) <= _LOW else ASCENDER
    return rising + DESCENDER * bool(_FALLING & set(text))


def _step(share: float) -> int:
    return min(max(round(share * FINE), 0), FINE)
