"""A logistic regression as a calibration file holds it: named weights and a bias."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Logistic:
    """Fitted by a script of `benchmarks`, never by hand."""

    weights: Mapping[str, float]
    bias: float

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Logistic":
        """Take {"weights": {name: number}, "bias": number}."""
        return cls({name: float(weight) for name, weight in stored["weights"].items()}, float(stored["bias"]))

    def log_odds(self, values: Mapping[str, float]) -> float:
        """The weighed sum of the values that have a weight; raises `KeyError` when one is missing."""
        return self.bias + sum(weight * values[name] for name, weight in self.weights.items())


def probability(log_odds: float) -> float:
    """The probability, 0 to 1, of log-odds; those beyond 700 would overflow."""
    return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, log_odds))))


def log_odds(chance: float) -> float:
    """The log-odds of a probability between 0 and 1."""
    return math.log(chance / (1.0 - chance))
