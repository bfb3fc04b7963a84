"""Choose what of the passages goes into the prompt: prompt tokens are the cost of an answer."""

import re
from collections.abc import Sequence

_SENTENCE = re.compile(r".+?(?:[.!?:](?=\s)|\n{2,}|$)\s*", re.DOTALL)
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
    sentences = [found[0] for found in _SENTENCE.finditer(text)]
    wanted = set(_WORD.findall(question.lower()))
    scores = [len(wanted & set(_WORD.findall(sentence.lower()))) for sentence in sentences]
    first, last = _best_run(sentences, scores, budget)
    return "".join(sentences[first:last]).strip()[:budget]


def _best_run(sentences: Sequence[str], scores: Sequence[int], budget: int) -> tuple[int, int]:
    """The slice with the highest score that fits; of equals the longest, which holds more context."""
    best, best_rank = (0, 1), (-1, -1)
    for first in range(len(sentences)):
        length = score = 0
        for last in range(first, len(sentences)):
            length += len(sentences[last])
            if length > budget and last > first:
                break
            score += scores[last]
            if (score, length) > best_rank:
                best, best_rank = (first, last + 1), (score, length)
    return best
