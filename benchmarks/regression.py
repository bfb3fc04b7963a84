"""The regressions behind the calibration files."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def logistic(features: FloatArray, labels: FloatArray, weights: FloatArray, ridge: float) -> tuple[FloatArray, float]:
    """Weights and bias of a ridge logistic regression (Newton); `features` (n, k), a penalty `ridge` for each row.

    The penalty is on standardised features, so that it does not depend on their units.
    """
    mean, deviation = features.mean(0), features.std(0) + 1e-9
    rows = np.column_stack([(features - mean) / deviation, np.ones(len(features))])
    penalty = np.diag([ridge * len(rows)] * features.shape[1] + [0.0])
    solved = np.zeros(rows.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-rows @ solved))
        gradient = rows.T @ (weights * (likely - labels)) + penalty @ solved
        curvature = (rows * (weights * likely * (1 - likely))[:, None]).T @ rows + penalty
        solved = solved - np.linalg.solve(curvature, gradient)
    found = solved[:-1] / deviation
    return np.asarray(found, np.float64), float(solved[-1] - found @ mean)


def choice(alternatives: FloatArray, right: FloatArray, weights: FloatArray, ridge: float) -> FloatArray:
    """Weights (k,) of a conditional logit (McFadden 1974): which of the alternatives (n, m, k) is right.

    Newton's steps, halved until the likelihood rises.

    `right` (n, m) marks the right ones, at least one in each row; they share the chance equally. `weights` (n,) of
    the rows sum to n.
    """
    wanted = right / right.sum(1, keepdims=True)
    solved = np.zeros(alternatives.shape[2])
    penalty = ridge * len(alternatives) * np.eye(len(solved))
    chances, loss = _choice_at(solved, alternatives, wanted, weights, penalty)
    for _ in range(30):
        gradient = np.einsum("n,nm,nmk->k", weights, chances - wanted, alternatives) + penalty @ solved
        spread = alternatives - np.einsum("nm,nmk->nk", chances, alternatives)[:, None]
        curvature = np.einsum("n,nm,nmk,nml->kl", weights, chances, spread, spread, optimize=True) + penalty
        step = np.linalg.solve(curvature, gradient)
        for _ in range(30):
            chances, reached = _choice_at(solved - step, alternatives, wanted, weights, penalty)
            if reached <= loss:
                break
            step = step / 2
        solved, loss = solved - step, reached
    return np.asarray(solved, np.float64)


def _choice_at(
    point: FloatArray, alternatives: FloatArray, wanted: FloatArray, weights: FloatArray, penalty: FloatArray
) -> tuple[FloatArray, float]:
    """The chance of each alternative, and what is to be made small."""
    scores = alternatives @ point
    scores -= scores.max(1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    return np.exp(logs), float(point @ penalty @ point / 2 - np.einsum("n,nm,nm->", weights, wanted, logs))


def ridge_regression(features: FloatArray, labels: FloatArray, ridge: float) -> tuple[FloatArray, float]:
    """Weights and bias of a linear ridge regression with more features (n, k) than rows, solved in the dual."""
    mean, deviation = features.mean(0), features.std(0) + 1e-6
    rows = (features - mean) / deviation / np.sqrt(features.shape[1])
    dual = np.linalg.solve(rows @ rows.T + ridge * np.eye(len(rows)), labels - labels.mean())
    found = rows.T @ dual / deviation / np.sqrt(features.shape[1])
    return np.asarray(found, np.float64), float(labels.mean() - found @ mean)
