"""Two passages that stand close even after the answer: which of them answers is told by reading each alone.

The state in which the model says whether one excerpt alone holds the answer (`inference/probe.py`) tells what neither
the search nor the words of the answer do.
"""

from contextlib import aclosing
from dataclasses import dataclass

from nexus_appliance.errors import Unavailable
from nexus_appliance.inference.scheduler import Finished, Request, Scheduler
from nexus_appliance.tutoring.confidence import Confidence
from nexus_appliance.tutoring.prompts import compose

NOTHING_PASSES = 1e9
"""Evidence (log-odds) that no excerpt reaches: the model reads, tells, and writes nothing."""

EXCERPT = 400
"""Characters that are read of each: half of what is read for an answer."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An excerpt of the passage that leads and of the `second` one (its place), and by how much it leads (log-odds)."""

    excerpts: tuple[str, str]
    second: int
    margin: float


async def second_answers(scheduler: Scheduler, student: str, pair: Pair, question: str, confidence: Confidence) -> bool:
    """Whether the second of a pair should lead, by two short readings of the model.

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
