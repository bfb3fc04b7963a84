"""Hyphens at the end of a line: the printer's, which go, and the word's own (kupu-kupu, non-aktif), which stay."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"([^\W\d_]+)-$")
_FIRST = re.compile(r"^([^\W\d_]+)")


class Hyphens:
    """Decides by the words of the whole book; built once over all its lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        lines = list(lines)
        self._words = Counter(word.casefold() for line in lines for word in _WORD.findall(line))
        broken = [
            (last[1].casefold(), first[1].casefold())
            for line, after in pairwise(lines)
            if (last := _LAST.search(line)) and (first := _FIRST.search(after)) and after[0].islower()
        ]
        known = [decided for pair in broken if (decided := self._known(*pair)) is not None]
        self._keep_unknown = sum(known) * 2 > len(known)

    def join(self, line: str, after: str) -> str | None:
        """`line` and `after` as one, without a space, or None when `line` does not end in a hyphen within a word."""
        last, first = _LAST.search(line), _FIRST.search(after)
        if last is None or first is None:
            return None
        if not after[0].islower():
            return line + after
        keep = self._known(last[1].casefold(), first[1].casefold())
        return (line if (self._keep_unknown if keep is None else keep) else line[:-1]) + after

    def _known(self, left: str, right: str) -> bool | None:
        """Whether the hyphen is the word's own; None when the book does not tell."""
        if _reduplicated(left, right):
            return True
        whole, parts = self._words[left + right], self._words[f"{left}-{right}"]
        if whole != parts:
            return parts > whole
        return None


def _reduplicated(left: str, right: str) -> bool:
    """Indonesian doubles words, with affixes on either side: kupu-kupu, berlari-lari, sayur-sayuran, variabel-nya."""
    return (len(right) > 2 and left.endswith(right)) or (len(left) > 2 and right.startswith(left))
