"""How well questions are answered: figures over the results of many cases."""

import random
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.tutoring.answers import Answer
from nexus_appliance.tutoring.cases import Case
from nexus_appliance.tutoring.marks import DOUBT
from nexus_appliance.tutoring.quotes import without_quotation

BINS = 10
"""Of the calibration error: confidence is compared with the share of right answers in ten equal steps."""

SAMPLES = 1000
"""Of the bootstrap behind the intervals."""

LEVEL = 0.95
"""Of the intervals."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one case gave: the rank of the right page (None: not found), the answer (None: only retrieval), seconds."""

    case: Case
    rank: int | None
    answer: Answer | None
    seconds: float

    @property
    def right(self) -> bool:
        """Whether the answer holds one of the case's answers."""
        return self.answer is not None and self.case.answerable and holds_answer(self.answer.text, self.case.answers)


def holds_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether a text holds one of the answers; letters and digits alone are compared."""
    said = f" {_plain(text)} "
    return any(wanted and f" {wanted} " in said for wanted in map(_plain, answers))


def report(results: Sequence[Result], seed: int = 0) -> dict[str, Any]:
    """All figures of an evaluation, of each kind of case, and intervals; see docs/USE.md for what each means."""
    kinds = sorted({result.case.kind for result in results})
    return {
        **figures(results),
        "by_kind": {kind: figures([one for one in results if one.case.kind == kind]) for kind in kinds},
        "intervals": {
            "page_at_1": interval(results, lambda sample: page_at(sample, 1), seed),
            "page_at_5": interval(results, lambda sample: page_at(sample, 5), seed),
            "contains_gold": interval(results, contains_gold, seed),
        },
    }


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """The figures of some results; None where there is nothing to measure."""
    answerable = [one for one in results if one.case.answerable]
    given = [one for one in results if one.answer is not None]
    answers = [one.answer for one in given if one.answer is not None]
    said = [part for answer in answers for part in sentences(without_quotation(answer.text)) if part.strip()]
    milliseconds = [one.seconds * 1000 for one in results]
    return {
        "n": len(results),
        "page_at_1": page_at(results, 1),
        "page_at_5": page_at(results, 5),
        "mrr": _mean([1 / one.rank if one.rank else 0.0 for one in answerable]),
        "answered": _share(answer.outcome == "answered" for answer in answers),
        "refused": _share(answer.refused for answer in answers),
        "contains_gold": contains_gold(results),
        "unsupported": _share(DOUBT in part for part in said),
        "claimed": _share(not one.answer.refused for one in given if one.answer and not one.case.answerable),
        "declined": _share(one.answer.refused for one in given if one.answer and one.case.answerable),
        "ece": calibration_error(
            [(one.answer.confidence, one.right) for one in given if one.answer and not one.answer.refused]
        ),
        "auc": separation([(one.answer.answerable, one.case.answerable) for one in given if one.answer]),
        "latency_p50_ms": percentile(milliseconds, 0.5),
        "latency_p95_ms": percentile(milliseconds, 0.95),
    }


def page_at(results: Sequence[Result], first: int) -> float | None:
    """The share of answerable cases whose right page is among the first distinct pages."""
    return _share(one.rank is not None and one.rank <= first for one in results if one.case.answerable)


def contains_gold(results: Sequence[Result]) -> float | None:
    """The share of answerable cases whose answer holds one of theirs."""
    return _share(one.right for one in results if one.case.answerable and one.answer is not None)


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """The expected calibration error of (confidence, right): the mean distance over `BINS`, weighed by size."""
    if not pairs:
        return None
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in pairs:
        bins[min(BINS - 1, int(confidence * BINS))].append((confidence, right))
    gaps = (abs(sum(confidence for confidence, _ in held) - sum(right for _, right in held)) for held in bins)
    return round(sum(gaps) / len(pairs), 4)


def separation(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """The area under the ROC curve of (confidence, answerable); ties count half. None without both classes."""
    positive = [confidence for confidence, answerable in pairs if answerable]
    negative = [confidence for confidence, answerable in pairs if not answerable]
    if not positive or not negative:
        return None
    won = sum((one > other) + 0.5 * (one == other) for one in positive for other in negative)
    return round(won / (len(positive) * len(negative)), 4)


def interval(
    results: Sequence[Result], figure: Callable[[Sequence[Result]], float | None], seed: int
) -> tuple[float, float] | None:
    """The bootstrap interval of a figure at `LEVEL`; None where there is nothing to measure."""
    if not results or figure(results) is None:
        return None
    chance = random.Random(seed)  # noqa: S311 - repeatable
    drawn = (figure(chance.choices(results, k=len(results))) for _ in range(SAMPLES))
    values = sorted(value for value in drawn if value is not None)
    cut = int(len(values) * (1 - LEVEL) / 2)
    return values[cut], values[-1 - cut]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _share(hits: Iterable[bool]) -> float | None:
    return _mean([float(hit) for hit in hits])


def _mean(values: Sequence[float]) -> float | None:
    return round(statistics.fmean(values), 4) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which a share of the values lies, to a tenth; None without values."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else None
