"""How far a scanned page lies askew: the angle at which its rows of print are told apart best (projection profile)."""

import numpy as np
from numpy.typing import NDArray

STEEPEST = 5.0
"""Degrees to either side; a page on the glass lies within two."""
COARSE, FINE = 0.25, 0.05
"""Degrees between two angles that are tried: first over all, then around the best."""
DARK = 0.6
"""Ink is darker than this share of the paper."""
POINTS = 200_000
"""Pixels of ink that are looked at; more only take longer."""


def ink(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a grey picture has print; the paper is as bright as its brighter half."""
    paper = float(np.percentile(picture, 75)) if picture.size else 255.0
    return np.asarray(picture < DARK * paper)


def skew(picture: NDArray[np.uint8]) -> float:
    """Degrees by which a grey picture must be turned counter-clockwise so that its rows lie level; 0 without print."""
    down, across = np.nonzero(ink(picture))
    step = max(1, len(down) // POINTS)
    down, across = down[::step], across[::step]
    if len(down) == 0:
        return 0.0
    coarse = _best(down, across, np.arange(-STEEPEST, STEEPEST + COARSE / 2, COARSE))
    return _best(down, across, np.arange(coarse - COARSE, coarse + COARSE + FINE / 2, FINE))


def _best(down: NDArray[np.intp], across: NDArray[np.intp], angles: NDArray[np.float64]) -> float:
    scores = [_contrast(down, across, float(angle)) for angle in angles]
    return round(float(angles[int(np.argmax(scores))]), 2)


def _contrast(down: NDArray[np.intp], across: NDArray[np.intp], angle: float) -> float:
    """How sharply rows of print and gaps alternate when the picture is seen at an angle."""
    rows = down - across * np.tan(np.radians(angle))
    profile = np.bincount((rows - rows.min()).astype(np.intp)).astype(np.float64)
    return float(np.sum(np.diff(profile) ** 2))
