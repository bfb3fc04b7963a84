"""What a student may ask about first, taken from the headings of the subject's own books."""

import re
from collections import Counter
from collections.abc import Sequence

SHORTEST, LONGEST = 6, 48
"""Characters of a heading that reads well as a suggestion."""

_NUMBER = re.compile(r"^\d+(?:\.\d+)*[.:)]?\s+")


def topics_of(paths: Sequence[tuple[str, ...]], count: int) -> list[str]:
    """At most `count` headings, spread over the books in reading order.

    `paths` are the headings above each section, outermost first. Only headings inside a chapter are taken, and only
    those that occur once: "Rangkuman" and "Latihan" come in every chapter.
    """
    names = [_plain(path[-1]) for path in dict.fromkeys(paths) if len(path) > 1]
    often = Counter(name.casefold() for name in names)
    fit = [name for name in names if often[name.casefold()] == 1 and SHORTEST <= len(name) <= LONGEST]
    step = max(1, len(fit) // count) if count else 1
    return fit[::step][:count]


def _plain(heading: str) -> str:
    """The heading without its number."""
    return _NUMBER.sub("", heading).strip()
