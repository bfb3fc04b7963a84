"""The first gate: do the books speak of this at all? Decided before the language model, from numbers alone."""

import json
from dataclasses import dataclass
from importlib.resources import files

from nexus_appliance.knowledge.logistic import probability
from nexus_appliance.knowledge.passages import Signals

FEATURES = ("cosine", "coverage")
"""The signals that the calibration weighs."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A logistic regression over the signals, fitted for one encoder by `benchmarks.fit_gate`."""

    weights: tuple[float, ...]
    bias: float
    threshold: float

    @classmethod
    def of(cls, encoder_id: str) -> "Gate":
        """The calibration that ships for an encoder (`EncoderIdentity.id`); raises `FileNotFoundError` without one."""
        file = files("nexus_appliance.knowledge") / "calibration" / f"{encoder_id}.json"
        return cls.read(json.loads(file.read_text("utf-8")))

    @classmethod
    def read(cls, calibration: dict[str, object]) -> "Gate":
        """Take the numbers of a calibration file."""
        weights = calibration["weights"]
        assert isinstance(weights, dict)
        bias, threshold = calibration["bias"], calibration["threshold"]
        return cls(tuple(float(weights[name]) for name in FEATURES), float(str(bias)), float(str(threshold)))

    def probability(self, signals: Signals) -> float:
        """How likely the books speak of the question, 0 to 1."""
        weighed = zip(self.weights, features(signals), strict=True)
        return probability(self.bias + sum(weight * value for weight, value in weighed))

    def passes(self, signals: Signals) -> bool:
        """Whether the question may go to the language model."""
        return self.probability(signals) >= self.threshold


def features(signals: Signals) -> tuple[float, ...]:
    """The numbers that the weights multiply, in the order of `FEATURES`."""
    return tuple(getattr(signals, name) for name in FEATURES)
