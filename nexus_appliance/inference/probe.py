"""What a model shows before it speaks: whether the excerpts answer, its last hidden state tells better than its word.

A model of this size says "Ya" to almost everything (AUC .71 on the development set); a linear reading of the state in
which it is about to say so tells answerable from unanswerable questions at .87 and more. The reading is fitted for one
model file by `benchmarks.fit_confidence`.
"""

import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt

KEY = 12
"""Characters of a model file's sha256 that name its calibration."""


@dataclass(frozen=True, slots=True)
class Probe:
    """`asks` stands behind the question; `weights` (one for each dimension of the state) and `bias` give log-odds."""

    asks: str
    weights: npt.NDArray[np.float32]
    bias: float

    @classmethod
    def of(cls, sha256: str) -> "Probe | None":
        """The probe that ships for a model file, None when there is none."""
        file = files("nexus_appliance.inference") / "calibration" / f"{sha256[:KEY]}.json"
        if not file.is_file():
            return None
        stored = json.loads(file.read_text("utf-8"))
        return cls(stored["asks"], np.array(stored["weights"], np.float32), float(stored["bias"]))

    def evidence(self, state: npt.NDArray[np.float32]) -> float:
        """The log-odds that the excerpts answer the question, by the state (dimensions,) after `asks`."""
        return float(self.weights @ state) + self.bias
