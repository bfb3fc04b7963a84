"""A short answer in the book's own words, for a student whom the model keeps waiting."""

import re
from collections.abc import Iterable, Mapping, Sequence

from nexus_appliance.knowledge.sentence_vectors import key
from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.tutoring.quotes import dead, statements

MOST = 3
"""Sentences: what is read at one glance."""

LENGTH = 420
"""Characters of all of them."""

_POINT = re.compile(r"^[•●○▪■◦‣✓➢–-]\s+")
"""How a book begins a point of a list."""


def extract(texts: Sequence[str], worth: Mapping[str, float]) -> str:
    """The sentences of the passages that are worth most, in the order of the book, each with its passage's number.

    All come from the passage that has the best one, and from others only where that has too few. Where nothing is known
    of their worth these are the first ones; empty without running text. Markdown: points of a list stay points.
    """
    found = list(statements(texts, worth or {key(one): 0.0 for text in texts for one in sentences(text)}))
    if not found:
        return ""
    lead = max(found, key=lambda one: one[0])[1]
    best = sorted(range(len(found)), key=lambda place: (found[place][1] != lead, -found[place][0]))
    chosen: list[int] = []
    left = LENGTH
    for place in best:
        sentence = found[place][2]
        if len(chosen) < MOST and (len(sentence) <= left or not chosen) and sentence not in _said(found, chosen):
            chosen.append(place)
            left -= len(sentence)
    chosen.sort(key=lambda place: (found[place][1] != lead, place))
    return _laid_out((found[place][2], found[place][1]) for place in chosen)


def _laid_out(chosen: Iterable[tuple[str, int]]) -> str:
    """Sentences follow each other, points of a list stand below each other."""
    text, within = "", False
    for sentence, number in chosen:
        plain = _POINT.sub("", sentence)
        point = plain != sentence
        gap = "\n\n" if point != within else "\n" if point else " "
        text += f"{gap}{'- ' if point else ''}{dead(plain)} [{number}]"
        within = point
    return text.strip()


def _said(found: Sequence[tuple[float, int, str]], chosen: Sequence[int]) -> set[str]:
    return {found[place][2] for place in chosen}
