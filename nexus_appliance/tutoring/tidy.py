"""The end of an answer that the model did not end itself, and sentences that it said twice."""

import re

from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.tutoring.listings import BLOCK

_ENDED = re.compile(r"[.!?][\"'*)]*(?:\s*\[\d{1,2}\])*\s*$")


def tidy(text: str, *, cut: bool) -> str:
    """Each sentence once, and if the answer was `cut` without a half sentence at its end; not in code and tables."""
    seen: set[str] = set()
    parts = BLOCK.split(text)
    for place in range(0, len(parts), 2):
        parts[place] = "".join(_new(sentences(parts[place]), seen))
    if cut and not parts[-1].strip():
        return "".join(parts).strip()  # it broke off in a listing
    if cut:
        parts[-1] = _ended(parts[-1]) or ("" if len(parts) > 1 else parts[-1])
    return "".join(parts).strip()


def _new(said: list[str], seen: set[str]) -> list[str]:
    """Those not yet in `seen`; what holds no two words is never a repetition."""
    kept = []
    for sentence in said:
        words = " ".join(re.findall(r"\w+", sentence.casefold()))
        if " " not in words or words not in seen:
            kept.append(sentence)
        seen.add(words)
    return kept


def _ended(text: str) -> str:
    """The text up to its last whole sentence; empty without one."""
    whole = sentences(text)
    while whole and not _ENDED.search(whole[-1]):
        whole.pop()
    return "".join(whole)
