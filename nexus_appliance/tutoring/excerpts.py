"""Choose what of the passages goes into the prompt: prompt tokens are the cost of an answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nexus_appliance.knowledge.sentence_vectors import key
from nexus_appliance.knowledge.sentences import sentences

GAP = " … "
"""Where sentences were left out."""

FOCUS = 2
"""Texts that are read: a small model takes the numbers of one passage for the things of another. Of 45 questions of the
development set, read in 800 characters, it answered 29 rightly from two passages and 27 from sentences of five."""


REST = 350
"""Characters of sentences from another passage beside a whole one. Of 66 questions of the development set 35 were
answered rightly from a whole passage with so much of another (382 prompt tokens), 35 from 1,000 characters of sentences
of both (379), 34 from the whole passage alone (276); and who asks about the same passage shares what was computed."""

LEAST_REST = 80
"""Characters below which nothing can be quoted from another passage."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model reads: a whole passage, the same for every question about it (or none), and `more` excerpts."""

    page: str
    more: tuple[str, ...]


def reading(texts: Sequence[str], worth: Mapping[str, float], budget: int) -> Reading:
    """The passage with the best sentence whole, if `budget` characters allow, and beside it the best of another.

    A machine too slow for that reads the best sentences alone.
    """
    places = focus(texts, worth)
    if not places:
        return Reading("", ())
    lead = max(places, key=lambda place: (_best(texts[place], worth), -place))
    page, others = texts[lead], [texts[place] for place in places if place != lead]
    if len(page) > budget:
        return Reading("", tuple(excerpts(texts, worth, budget)))
    rest = min(REST, budget - len(page))
    return Reading(page, tuple(excerpts(others, worth, rest)) if others and rest >= LEAST_REST else ())


def excerpts(texts: Sequence[str], worth: Mapping[str, float], budget: int) -> list[str]:
    """Of the `FOCUS` texts with the best sentences what is worth most, at most `budget` characters, in their order.

    Empty texts are passed over, texts that fit are given whole. Sentences without a known worth come last, in their
    order. The best sentence is always there, cut if it must; what two texts share is given once.
    """
    texts = [texts[place] for place in focus(texts, worth)]
    if sum(map(len, texts)) <= budget:
        return list(texts)
    split = [sentences(text) for text in texts]
    least = _least(worth)
    ranked = sorted(
        ((number, place, part) for number, parts in enumerate(split) for place, part in enumerate(parts)),
        key=lambda one: -worth.get(key(one[2]), least),
    )
    if len(ranked[0][2]) > budget:
        return [ranked[0][2][:budget].strip()]
    budget += len(GAP)  # there is one less than there are sentences
    taken: list[set[int]] = [set() for _ in texts]
    said: set[str] = set()
    for number, place, part in ranked:
        cost = len(part) + len(GAP)
        if cost <= budget and key(part) not in said:
            taken[number].add(place)
            said.add(key(part))
            budget -= cost
    joined = (_joined(parts, places) for parts, places in zip(split, taken, strict=True))
    return [text for text in joined if text]


def focus(texts: Sequence[str], worth: Mapping[str, float]) -> list[int]:
    """Which texts are read: the places of those with the best sentences, in order; the first where nothing is known."""
    best = [_best(text, worth) for text in texts]
    known = [place for place, text in enumerate(texts) if text]
    return sorted(sorted(known, key=lambda place: -best[place])[:FOCUS])


def _best(text: str, worth: Mapping[str, float]) -> float:
    """What the best sentence of a text is worth."""
    least = _least(worth)
    return max((worth.get(key(part), least) for part in sentences(text)), default=least)


def _least(worth: Mapping[str, float]) -> float:
    """Less than anything that is known."""
    return min(worth.values(), default=0.0) - 1.0


def _joined(parts: Sequence[str], taken: Collection[int]) -> str:
    """The sentences that are taken, with a sign where others stood between them."""
    text = ""
    for place in sorted(taken):
        text = text.rstrip() + GAP + parts[place] if text and place - 1 not in taken else text + parts[place]
    return text.strip()
