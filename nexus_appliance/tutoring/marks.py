"""The passage numbers in an answer: only real ones stay, and an answer without any gets the one it was taken from."""

import re
from collections.abc import Sequence

SUPPORT = 0.4
"""Share of an answer's words that a passage must hold to be named as its source."""

_CODE = re.compile(r"(```.*?(?:```|$)|`[^`\n]*`)", re.DOTALL)
_MARK = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
_WORD = re.compile(r"\w{3,}")


def marked(text: str, excerpts: Sequence[str]) -> str:
    """The answer with its passage numbers; small models forget them in about half of their answers."""
    kept = keep_real_marks(text, len(excerpts))
    if not kept or any(_MARK.search(part) for part in _CODE.split(kept)[::2]):
        return kept
    number = source_of(kept, excerpts)
    gap = "\n\n" if kept.endswith("```") else " "
    return f"{kept}{gap}[{number}]" if number else kept


def source_of(text: str, excerpts: Sequence[str]) -> int:
    """The number, from 1, of the excerpt that holds most words of a text; 0 when none holds `SUPPORT` of them."""
    wanted = set(_WORD.findall(text.lower()))
    shares = [len(wanted & set(_WORD.findall(excerpt.lower()))) / max(1, len(wanted)) for excerpt in excerpts]
    best = max(shares, default=0.0)
    return shares.index(best) + 1 if best >= SUPPORT else 0


def keep_real_marks(text: str, count: int) -> str:
    """Drop passage numbers that name no passage: a citation is only ever one of the `count` that were given.

    Code between backticks is left alone: there `a[0]` is an element of a list.
    """

    def checked(found: re.Match[str]) -> str:
        numbers = [int(number) for number in found[1].split(",")]
        real = [f"[{number}]" for number in dict.fromkeys(numbers) if 1 <= number <= count]
        return " " + "".join(real) if real else ""

    parts = _CODE.split(text)
    return "".join(part if index % 2 else _MARK.sub(checked, part) for index, part in enumerate(parts)).strip()
