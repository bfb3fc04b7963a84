"""The words of a question, what they weigh in these books, and where they stand."""

import math
from collections.abc import Mapping, Sequence

from nexus_appliance.curriculum.chunks import Span
from nexus_appliance.knowledge.shelf import ShelvedPack
from nexus_appliance.knowledge.tokens import content_words, terms

EVIDENCE = 5
"""Passages in which the gate looks for the question's words."""

STUB = 80
"""Characters of a window's part on one page below which it is a heading or the rest of a sentence, no place to cite."""

Rarity = Mapping[str, float]
"""The content words of a question (stems), each with its idf in the books."""


def rarity(packs: Sequence[ShelvedPack], question: str) -> Rarity:
    """How much each content word of a question tells: its idf, largest for a word that the books do not have."""
    return {word: _idf(packs, word) for word in content_words(question)}


def _idf(packs: Sequence[ShelvedPack], word: str) -> float:
    total = sum(len(pack.windows) for pack in packs)
    holding = sum(len(pack.postings.find(f"~{word}")[0]) for pack in packs)
    return math.log1p((total - holding + 0.5) / (holding + 0.5))


def coverage(wanted: Rarity, text: str) -> float:
    """The share of the question's words, weighted by rarity, that a text holds; 0 for a question without any."""
    held = set(terms(text))
    whole = sum(wanted.values())
    return sum(weight for word, weight in wanted.items() if f"~{word}" in held) / whole if whole else 0.0


def cited_span(parts: Sequence[tuple[Span, str]], wanted: Rarity) -> Span:
    """The page to cite of a window that crosses pages: where most of the question's words stand.

    Of equal pages the first counts, for an explanation begins there; a stub of a few words counts only if it alone
    holds them.
    """
    if len(parts) == 1:
        return parts[0][0]
    scored = [(round(coverage(wanted, text), 6), len(text) >= STUB, -place) for place, (_, text) in enumerate(parts)]
    return parts[-max(scored)[2]][0]
