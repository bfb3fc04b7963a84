"""Places on a page: matrices and upright boxes, in points (PDF 1.7, 8.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Matrix = Sequence[float]
"""The six numbers a b c d e f."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        """In square points."""
        return (self.right - self.left) * (self.top - self.bottom)

    def meets(self, other: "Box", margin: float = 0.0) -> bool:
        """Whether two boxes have a point in common, or come within `margin` of it."""
        across = self.left <= other.right + margin and other.left <= self.right + margin
        return across and self.bottom <= other.top + margin and other.bottom <= self.top + margin


def times(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that does `one`, then `other`."""
    a, b, c, d, e, f = one
    u, v, w, x, y, z = other
    return (a * u + b * w, a * v + b * x, c * u + d * w, c * v + d * x, e * u + f * w + y, e * v + f * x + z)


def moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    """A point as a matrix moves it."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def box_of(points: Iterable[tuple[float, float]]) -> Box:
    """The smallest box around some points, of which there is at least one."""
    across, up = zip(*points, strict=True)
    return Box(min(across), min(up), max(across), max(up))
