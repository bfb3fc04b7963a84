"""The numbers by which one decides, before the model, whether the books answer a question."""

from collections.abc import Sequence

from nexus_appliance.knowledge.asked import Kind, holds, kind_of
from nexus_appliance.knowledge.evidence import EVIDENCE, Rarity, coverage
from nexus_appliance.knowledge.passages import Passage, Signals
from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.knowledge.tokens import terms, words


def signals(question: str, wanted: Rarity, best_cosine: float, passages: Sequence[Passage]) -> Signals:
    """See `Signals`; `wanted` holds the content words of the question."""
    texts = [f"{passage.section}\n{passage.text}" for passage in passages[:EVIDENCE]]
    held = [set(terms(text)) for text in texts]
    kind = kind_of(question)
    total = sum(wanted.values())
    last = next(reversed(list(wanted)), "")
    return Signals(
        cosine=best_cosine,
        coverage=max((coverage(wanted, text) for text in texts), default=0.0),
        words=len(wanted),
        length=len(words(question)),
        total=total,
        missing=min((_missing(wanted, one) for one in held), default=total),
        fitting=max((_fitting(wanted, kind, passage.text) for passage in passages[:EVIDENCE]), default=0.0),
        asked=float(bool(held) and f"~{last}" in held[0]),
    )


def _missing(wanted: Rarity, held: set[str]) -> float:
    return sum(weight for word, weight in wanted.items() if f"~{word}" not in held)


def _fitting(wanted: Rarity, kind: Kind, text: str) -> float:
    """What a sentence says is often about the thing that the first sentence names."""
    parts = sentences(text)
    fitting = (part for part in parts if holds(kind, part, wanted))
    return max((coverage(wanted, f"{parts[0]}\n{part}") for part in fitting), default=0.0)
