"""Choose what of the passages goes into the prompt: prompt tokens are the cost of an answer."""

from collections.abc import Collection, Mapping, Sequence

from nexus_appliance.knowledge.sentence_vectors import key
from nexus_appliance.knowledge.sentences import sentences

GAP = " … "
"""Where sentences were left out."""


def excerpts(texts: Sequence[str], worth: Mapping[str, float], budget: int) -> list[str]:
    """The sentences of the texts that are worth most, at most `budget` characters, in the order of the book.

    Texts that fit are given whole. Sentences without a known worth come last, in their order. The best sentence is
    always there, cut if it must; what two texts share is given once.
    """
    if sum(map(len, texts)) <= budget:
        return list(texts)
    split = [sentences(text) for text in texts]
    least = min(worth.values(), default=0.0) - 1.0
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


def _joined(parts: Sequence[str], taken: Collection[int]) -> str:
    """The sentences that are taken, with a sign where others stood between them."""
    text = ""
    for place in sorted(taken):
        text = text.rstrip() + GAP + parts[place] if text and place - 1 not in taken else text + parts[place]
    return text.strip()
