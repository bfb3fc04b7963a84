"""The regressions behind the calibration files."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


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


def ridge_regression(features: FloatArray, labels: FloatArray, ridge: float) -> tuple[FloatArray, float]:
    """Weights and bias of a linear ridge regression with more features (n, k) than rows, solved in the dual."""
    mean, deviation = features.mean(0), features.std(0) + 1e-6
    rows = (features - mean) / deviation / np.sqrt(features.shape[1])
    dual = np.linalg.solve(rows @ rows.T + ridge * np.eye(len(rows)), labels - labels.mean())
    found = rows.T @ dual / deviation / np.sqrt(features.shape[1])
    return np.asarray(found, np.float64), float(labels.mean() - found @ mean)
