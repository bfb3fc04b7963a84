"""Pieces of a printed line put together where they touch; what is left apart has a gap between."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from nexus_appliance.curriculum.pages import Run

GAP = 1.0
"""Type sizes between two runs; the spaces of justified text stay below it."""

MONO_WIDTH = 0.6
"""Width of a monospaced character in type sizes (Courier, Liberation Mono, DejaVu Sans Mono)."""

MONO_NAMES = ("mono", "courier", "consol", "menlo", "typewriter", "cmtt", "lmtt")
"""What the names of monospaced faces hold, in lower case."""

_NARROW = frozenset("fijlrtI.,;:!|'`()[]{}/\\ ")
_WIDE = frozenset("mwMW@%—")


class Glyphs(NamedTuple):
    """A piece of text of one font, as pypdf gives it: it begins at `x`, `y`; all lengths in points."""

    text: str
    x: float
    y: float
    size: float
    font: str

    @property
    def mono(self) -> bool:
        """Whether all characters of the font are equally wide."""
        return any(mark in self.font for mark in MONO_NAMES)


def runs_of(parts: Sequence[Glyphs]) -> tuple[Run, ...]:
    """The runs of one line, in the file's order; one that goes back to the left begins a new run.

    The file's reader puts a space at a gap that has none: text with a space of its own there is set on, however wide.
    """
    runs: list[Run] = []
    for part in parts:
        if not part.text.strip():
            continue
        end = part.x + _width(part)
        before = runs[-1] if runs else None
        spaced = part.text.startswith(" ") and before is not None and not before.text.endswith(" ")
        if before is not None and -part.size < part.x - before.end < (GAP * part.size if spaced else math.inf):
            runs[-1] = Run(before.text + part.text, before.x, end, before.y)
        else:
            runs.append(Run(part.text, part.x, end, part.y))
    return tuple(runs)


def _width(part: Glyphs) -> float:
    """About how wide a text is; right to a tenth for the usual text faces."""
    text = part.text.strip()
    if part.mono:
        return MONO_WIDTH * len(text) * part.size
    return part.size * sum(0.29 if sign in _NARROW else 0.8 if sign in _WIDE else _em(sign) for sign in text)


def _em(sign: str) -> float:
    return 0.65 if sign.isupper() else 0.5
