"""What the signs of a good passage and of a good sentence weigh, fitted for one encoder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

PASSAGE = ("dense", "lexical", "heading", "sentence", "fitting", "near", "near_fitting")
"""Signs of a passage; see `ranking.passage_signs`."""

SENTENCE = ("near", "coverage", "fitting", "passage")
"""Signs of a sentence; see `worth.sentence_signs`."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """One number for each of `PASSAGE` and of `SENTENCE`; a sign that a file does not name weighs nothing."""

    passage: FloatArray
    sentence: FloatArray

    @classmethod
    def read(cls, stored: Mapping[str, Mapping[str, float]]) -> "Weights":
        """Take {"passage": {sign: number}, "sentence": {sign: number}}."""
        return cls(_row(PASSAGE, stored["passage"]), _row(SENTENCE, stored["sentence"]))


@dataclass(frozen=True, slots=True)
class Calibration:
    """`near`: where sentences have vectors; `plain`: where they have none yet."""

    near: Weights
    plain: Weights

    @classmethod
    def of(cls, encoder_id: str) -> "Calibration":
        """What `benchmarks.fit_ranking` wrote for an encoder (`EncoderIdentity.id`).

        An encoder for which nothing was fitted is trusted as far as usual beside words (0.65).
        """
        file = files("nexus_appliance.knowledge") / "calibration" / f"{encoder_id}.ranking.json"
        if not file.is_file():
            return cls.read({"near": UNFITTED, "plain": UNFITTED})
        return cls.read(json.loads(file.read_text("utf-8")))

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Calibration":
        """Take {"near": weights, "plain": weights}."""
        return cls(Weights.read(stored["near"]), Weights.read(stored["plain"]))


UNFITTED: Mapping[str, Mapping[str, float]] = {
    "passage": {"dense": 0.65, "lexical": 0.35, "heading": 1.0, "sentence": 0.5, "fitting": 0.6},
    "sentence": {"coverage": 1.0, "fitting": 0.5, "passage": 0.5},
}


def _row(names: Sequence[str], stored: Mapping[str, float]) -> FloatArray:
    return np.array([float(stored.get(name, 0.0)) for name in names])
