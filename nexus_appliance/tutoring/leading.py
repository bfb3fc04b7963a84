"""Which page leads once the answer is written: the one that says it.

Before the answer, pages are ordered by the words and vectors of the question, which close ones share. The answer tells
more: its words stand on one of them.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean

from nexus_appliance.knowledge.logistic import Logistic
from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.knowledge.tokens import content_words
from nexus_appliance.tutoring.listings import LISTING
from nexus_appliance.tutoring.marks import without_marks
from nexus_appliance.tutoring.support import Passages

Signs = Mapping[str, float]
"""Of one passage: its `score` in the search, and the share of the answer that is `said` there."""


def signs(passages: Passages, answer: str, scores: Sequence[float]) -> list[Signs]:
    """What speaks for each of the passages; marks that the model wrote and listings of code say nothing."""
    said = [part for text in LISTING.split(without_marks(answer))[::2] for part in sentences(text)]
    parts = [passages.alignments(part) for part in said if content_words(part)]
    return [
        {"score": score, "said": fmean(stand.said for stand in stands) if stands else 0.0}
        for score, *stands in zip(scores, *parts, strict=True)
    ]


def ranked(found: Sequence[Signs], weighed: Logistic) -> list[tuple[float, int]]:
    """How much speaks for each passage (log-odds but for a constant) and its place, most first, else as they were."""
    values = [(weighed.log_odds(one), place) for place, one in enumerate(found)]
    return sorted(values, key=lambda one: -one[0])
