"""Fit a probe: a linear reading of a model's hidden state, as log-odds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.regression import BoolArray, FloatArray, logistic, ridge_regression

RIDGE, SMALL_RIDGE = 1.0, 0.005
FOLDS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """`stored` as in the calibration file; `unseen`: for each state the log-odds by a probe fitted without it."""

    stored: dict[str, object]
    unseen: FloatArray


def reading(states: FloatArray, labels: FloatArray, weights: FloatArray, asks: str, cases: Sequence[str]) -> Reading:
    """The probe for states (n, dimensions) after `asks`; `weights` give the rows their shares of all questions.

    A row whose label is not known (nan) takes no part in the fit. Rows of one of the `cases` are in one fold.
    """
    known = ~np.isnan(labels)
    unseen = _out_of_fold(states, labels, known, cases)
    scale, shift = logistic(unseen[known, None], labels[known], weights[known], SMALL_RIDGE)
    found, bias = ridge_regression(states[known], labels[known], RIDGE)
    scaled = [float(f"{one:.5g}") for one in found * scale[0]]
    stored: dict[str, object] = {"asks": asks, "weights": scaled, "bias": round(bias * scale[0] + shift, 5)}
    return Reading(stored, unseen * scale[0] + shift)


def _out_of_fold(states: FloatArray, labels: FloatArray, known: BoolArray, cases: Sequence[str]) -> FloatArray:
    """For each row what a probe says that was fitted without its case and the next one.

    Next ones are of the other label, so that no fold has more of one than another.
    """
    numbers = {case: number for number, case in enumerate(dict.fromkeys(cases))}
    folds = np.array([numbers[case] // 2 % FOLDS for case in cases])
    scores = np.zeros(len(labels))
    for fold in range(FOLDS):
        used = known & (folds != fold)
        weights, bias = ridge_regression(states[used], labels[used], RIDGE)
        scores[folds == fold] = states[folds == fold] @ weights + bias
    return scores
