"""Choose what of the passages goes into the prompt: prompt tokens are the cost of an answer."""

import re
from collections.abc import Sequence

from nexus_appliance.knowledge.sentences import sentences

_WORD = re.compile(r"\w{3,}")
SMALLEST = 120
"""Characters: a shorter rest of the budget holds no useful excerpt."""


def excerpts(texts: Sequence[str], question: str, budget: int) -> list[str]:
    """The leading texts, whole while they fit into `budget` characters; the last one is narrowed to its best part."""
    chosen: list[str] = []
    for text in texts:
        if chosen and budget < SMALLEST:
            break
        part = text if len(text) <= budget else narrow(text, question, budget)
        chosen.append(part)
        budget -= len(part)
    return chosen


def narrow(text: str, question: str, budget: int) -> str:
    """The run of whole sentences, at most `budget` characters, that shares most words with the question."""
    parts = sentences(text)
    wanted = set(_WORD.findall(question.lower()))
    scores = [len(wanted & set(_WORD.findall(part.lower()))) for part in parts]
    first, last = _best_run(parts, scores, budget)
    return "".join(parts[first:last]).strip()[:budget]


def _best_run(parts: Sequence[str], scores: Sequence[int], budget: int) -> tuple[int, int]:
    """The slice with the highest score that fits; of equals the longest, which holds more context."""
    best, best_rank = (0, 1), (-1, -1)
    for first in range(len(parts)):
        length = score = 0
        for last in range(first, len(parts)):
            length += len(parts[last])
            if length > budget and last > first:
                break
            score += scores[last]
            if (score, length) > best_rank:
                best, best_rank = (first, last + 1), (score, length)
    return best
