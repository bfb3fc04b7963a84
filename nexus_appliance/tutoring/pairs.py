"""Two passages that stand close: which of them answers is told by reading each alone.

The order of passages comes from words and vectors. Where the two that the model read are close in it, the second one is
the right one in three of ten questions; the state in which the model says whether one excerpt alone holds the answer
(`inference/probe.py`) tells better.
"""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from nexus_appliance.errors import Unavailable
from nexus_appliance.inference.scheduler import Finished, Request, Scheduler
from nexus_appliance.tutoring.confidence import Confidence
from nexus_appliance.tutoring.prompts import compose

NOTHING_PASSES = 1e9
"""Evidence (log-odds) that no excerpt reaches: the model reads, tells, and writes nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The places of the two passages that were read, what was read of each, and how far their scores are apart."""

    places: tuple[int, int]
    excerpts: tuple[str, str]
    margin: float

    @classmethod
    def of(cls, places: Sequence[int], excerpts: Sequence[str], scores: Sequence[float]) -> "Pair | None":
        """None unless two passages were read."""
        if len(places) != 2 or len(excerpts) != 2:
            return None
        first, second = places
        return cls((first, second), (excerpts[0], excerpts[1]), scores[first] - scores[second])


async def second_answers(scheduler: Scheduler, student: str, pair: Pair, question: str, confidence: Confidence) -> bool:
    """Whether the second of a pair should come first, by two short readings of the model.

    False where somebody else waits for the model, and where it is gone.
    """
    shown: list[float] = []
    for excerpt in pair.excerpts:
        if not scheduler.status().resting:
            return False
        evidence = await _evidence(scheduler, student, excerpt, question)
        if evidence is None:
            return False
        shown.append(evidence)
    return confidence.prefers_second(shown[1] - shown[0], pair.margin)


async def _evidence(scheduler: Scheduler, student: str, excerpt: str, question: str) -> float | None:
    """The log-odds that an excerpt alone holds the answer; None when the model is gone."""
    request = Request(student, compose([excerpt], question), max_tokens=1, least_evidence=NOTHING_PASSES)
    try:
        async with aclosing(scheduler.stream(request)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.evidence
    except Unavailable:
        pass
    return None
