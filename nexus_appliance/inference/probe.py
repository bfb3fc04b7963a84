"""What a model shows but does not say: its last hidden state tells more than its word.

A model of this size says "Ya" to almost everything (AUC .71 on the development set); a linear reading of the state in
which it is about to say so tells answerable from unanswerable questions at .87 and more. It is read twice: before an
answer, whether the excerpts hold one, and behind it, whether they say what it says. The readings are fitted for one
model file by `benchmarks.fit_confidence`.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

KEY = 12
"""Characters of a model file's sha256 that name its calibration."""


@dataclass(frozen=True, slots=True)
class Probe:
    """`asks` is what the model is asked; `weights` (one for each dimension of the state) and `bias` give log-odds."""

    asks: str
    weights: npt.NDArray[np.float32]
    bias: float

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Probe":
        """Take the numbers of a calibration file."""
        return cls(stored["asks"], np.array(stored["weights"], np.float32), float(stored["bias"]))

    def reads(self, state: npt.NDArray[np.float32]) -> float:
        """The log-odds of Ya, by the state (dimensions,) after `asks`."""
        return float(self.weights @ state) + self.bias


@dataclass(frozen=True, slots=True)
class Probes:
    """`before`: do the excerpts hold an answer, behind the question. `behind`: do they say it, behind the answer.

    The second one is None for a model for which it has not been fitted.
    """

    before: Probe
    behind: Probe | None

    @classmethod
    def of(cls, sha256: str) -> "Probes | None":
        """The probes that ship for a model file, None when there are none."""
        file = files("nexus_appliance.inference") / "calibration" / f"{sha256[:KEY]}.json"
        if not file.is_file():
            return None
        stored = json.loads(file.read_text("utf-8"))
        return cls(Probe.read(stored["before"]), Probe.read(stored["behind"]) if "behind" in stored else None)
