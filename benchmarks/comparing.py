"""Fit when the second of two close passages should come first."""

from collections.abc import Sequence

import numpy as np

from benchmarks.model_states import Shown
from benchmarks.regression import BoolArray, FloatArray, logistic
from nexus_appliance.tutoring.pairs import Pair

SIGNS = ("difference", "margin")
RIDGE = 0.005
FOLDS = 8


def labels(close: Sequence[Shown]) -> FloatArray:
    """For each question two labels: whether its first and its second excerpt are of a right page."""
    return np.array([float(hit) for one in close for hit in _hits(one)])


def fitted(close: Sequence[Shown], evidence: FloatArray) -> tuple[FloatArray, float, dict[str, float]]:
    """Weights, bias and by folds the shares of right first pages; `evidence` (2 n) of each excerpt alone, unseen."""
    signs = np.column_stack([evidence[1::2] - evidence[0::2], [_pair(one).margin for one in close]])
    hits = np.array([_hits(one) for one in close])
    differ = hits[:, 0] != hits[:, 1]
    folds = np.arange(len(close)) % FOLDS
    first = np.array([one.hits[0] for one in close])
    then = first.copy()
    for fold in range(FOLDS):
        weights, bias = _fit(signs, hits, differ & (folds != fold))
        second = (folds == fold) & (signs @ weights + bias > 0)
        then[second] = hits[second, 1]
    weights, bias = _fit(signs, hits, differ)
    return weights, bias, {"before": round(float(first.mean()), 4), "after": round(float(then.mean()), 4)}


def _fit(signs: FloatArray, hits: BoolArray, used: BoolArray) -> tuple[FloatArray, float]:
    return logistic(signs[used], hits[used, 1].astype(np.float64), np.ones(int(used.sum())), RIDGE)


def _hits(one: Shown) -> tuple[bool, bool]:
    first, second = _pair(one).places
    return one.hits[first], one.hits[second]


def _pair(one: Shown) -> Pair:
    assert one.pair
    return one.pair
