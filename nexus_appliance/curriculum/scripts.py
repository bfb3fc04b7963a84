"""Raised and lowered characters: x², H₂O, 10⁻³ as they are read, and the marks of footnotes apart from their words."""

import re
from collections.abc import Sequence

from nexus_appliance.curriculum.runs import Glyphs

SMALLER = 0.85
"""A raised or lowered character has at most this share of the type size."""
RAISED = (0.15, 0.75)
LOWERED = (-0.5, -0.06)
"""How far its baseline lies above or below that of the text, in type sizes of the text."""
LONGEST = 12
"""Characters of one exponent or index."""
SYMBOL = 2
"""Letters of a unit or a variable (km², Fe₂): a raised number after a longer word belongs to a footnote."""

SUPERSCRIPTS = str.maketrans("0123456789+-−=()ni*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ*")
SUBSCRIPTS = str.maketrans("0123456789+-−=()aeoxhklmnpstijruv", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ")

_WORD = re.compile(r"[^\W\d_]+$")
_FOOTNOTE = re.compile(r"[\d*†‡§,]+")
_BASE = re.compile(r"[\w)\]}⁰-₎]$")


def with_scripts(parts: Sequence[Glyphs]) -> list[Glyphs]:
    """The pieces of a line with raised and lowered ones as such characters."""
    result: list[Glyphs] = []
    text: Glyphs | None = None
    for part in parts:
        rise = _rise(text, part) if text is not None else 0.0
        if text is not None and rise:
            result.append(part._replace(text=_written(text.text, part.text.strip(), raised=rise > 0), y=text.y))
            text = text._replace(text=text.text + result[-1].text, x=part.x, size=text.size)
        else:
            result.append(part)
            text = part if part.text.strip() else text
    return result


def _rise(text: Glyphs, part: Glyphs) -> float:
    """How far `part` is raised beside `text` in type sizes; 0 where it is neither raised nor lowered.

    The reader of the file puts a space before what does not touch the text.
    """
    size, script = text.size, part.text.rstrip()
    if not 0 < len(script.strip()) <= LONGEST or script[0].isspace() or not _BASE.search(text.text):
        return 0.0
    if not 0 < part.size <= SMALLER * size:
        return 0.0
    rise = (part.y - text.y) / size
    return rise if RAISED[0] <= rise <= RAISED[1] or LOWERED[0] <= rise <= LOWERED[1] else 0.0


def _written(before: str, script: str, *, raised: bool) -> str:
    word = _WORD.search(before)
    if raised and word is not None and len(word[0]) > SYMBOL and _FOOTNOTE.fullmatch(script):
        return " " + script.translate(SUPERSCRIPTS)
    table = SUPERSCRIPTS if raised else SUBSCRIPTS
    if all(ord(sign) in table for sign in script):
        return script.translate(table)
    return f"{'^' if raised else '_'}({script})"
