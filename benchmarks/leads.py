"""Fit which page leads once an answer is written, and when two that stand close change places."""

from collections.abc import Sequence

import numpy as np

from benchmarks.model_states import Compared, Shown
from benchmarks.regression import BoolArray, FloatArray, choice, logistic
from nexus_appliance.knowledge.logistic import Logistic
from nexus_appliance.tutoring.excerpts import excerpts
from nexus_appliance.tutoring.leading import ranked, signs
from nexus_appliance.tutoring.pairs import EXCERPT, Pair

SIGNS = ("score", "said")
PAIR_SIGNS = ("difference", "margin")
CLOSE = 2.5
"""A passage that leads by less is compared with the next one (log-odds)."""
RIDGE = 0.005
FOLDS = 8

Figures = dict[str, float]


def fitted(shown: Sequence[Shown]) -> tuple[FloatArray, Figures]:
    """Weights of the signs, and the shares of right first pages before and, by folds, after."""
    rows = [np.array([[sign[name] for name in SIGNS] for sign in _signs(one)]) for one in shown]
    folds = np.arange(len(shown)) % FOLDS
    then = np.zeros(len(shown))
    for fold in range(FOLDS):
        found = _fit([(row, one.hits) for row, one, of in zip(rows, shown, folds, strict=True) if of != fold])
        for place in map(int, np.flatnonzero(folds == fold)):
            then[place] = shown[place].hits[int(np.argmax(rows[place] @ found))]
    first = np.array([float(one.hits[0]) for one in shown])
    weights = _fit([(row, one.hits) for row, one in zip(rows, shown, strict=True)])
    return weights, _shares(first, then)


def pair(one: Shown, weights: FloatArray) -> tuple[Pair, tuple[bool, bool]] | None:
    """The two passages that lead beside an answer, if they stand close, and which of them are on a right page."""
    order = ranked(_signs(one), Logistic(dict(zip(SIGNS, weights.tolist(), strict=True)), 0.0))
    if len(order) < 2 or order[0][0] - order[1][0] >= CLOSE:
        return None
    (best, leader), (value, second) = order[:2]
    read = [excerpts([one.texts[place]], one.retrieval.worth, EXCERPT)[0] for place in (leader, second)]
    return Pair((read[0], read[1]), second, best - value), (one.hits[leader], one.hits[second])


def compared(pairs: Sequence[Compared], evidence: FloatArray) -> tuple[FloatArray, float, Figures]:
    """Weights, bias and the shares of right first pages of pairs; `evidence` (2 n) of each excerpt alone, unseen."""
    rows = np.column_stack([evidence[1::2] - evidence[0::2], [one.pair.margin for one in pairs]])
    hits = np.array([one.hits for one in pairs])
    differ = hits[:, 0] != hits[:, 1]
    folds = np.arange(len(pairs)) % FOLDS
    then = hits[:, 0].astype(np.float64)
    for fold in range(FOLDS):
        weights, bias = _fit_pairs(rows, hits, differ & (folds != fold))
        second = (folds == fold) & (rows @ weights + bias > 0)
        then[second] = hits[second, 1]
    weights, bias = _fit_pairs(rows, hits, differ)
    return weights, bias, _shares(hits[:, 0].astype(np.float64), then)


def _signs(one: Shown) -> list[dict[str, float]]:
    return [dict(sign) for sign in signs(one.passages, one.written, one.scores)]


def _fit(rows: Sequence[tuple[FloatArray, Sequence[bool]]]) -> FloatArray:
    """By the questions that tell: with a right and a wrong page, and as many passages as most have."""
    most = max(len(row) for row, _ in rows)
    telling = [(row, hits) for row, hits in rows if len(row) == most and 0 < sum(hits) < most]
    right = np.array([hits for _, hits in telling], np.float64)
    return choice(np.array([row for row, _ in telling]), right, np.ones(len(telling)), RIDGE)


def _fit_pairs(rows: FloatArray, hits: BoolArray, used: BoolArray) -> tuple[FloatArray, float]:
    return logistic(rows[used], hits[used, 1].astype(np.float64), np.ones(int(used.sum())), RIDGE)


def _shares(before: FloatArray, after: FloatArray) -> Figures:
    return {"questions": len(before), "before": float(before.mean().round(4)), "after": float(after.mean().round(4))}
