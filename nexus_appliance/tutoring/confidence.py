"""Whether the excerpts answer, and how likely an answer is right: calibrated for one encoder and one model."""

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from nexus_appliance.inference.probe import KEY
from nexus_appliance.knowledge.logistic import Logistic, log_odds, probability
from nexus_appliance.knowledge.passages import Signals
from nexus_appliance.tutoring.support import Alignment


@dataclass(frozen=True, slots=True)
class Confidence:
    """Four regressions that build on each other, fitted by `benchmarks.fit_confidence`.

    `signals`: answerable, by the books alone. `answerable`: that and the evidence of the model's probe. `supported`: of
    one sentence, by its alignment and by that. `right`: of the whole answer, by `answerable`, the certainty of what was
    written and the share of its sentences that are doubtful. A question less likely answerable than `least` is
    declined; a sentence less likely supported than `trusted` is doubtful.
    """

    signals: Logistic
    answerable: Logistic
    supported: Logistic
    right: Logistic
    least: float
    trusted: float

    @classmethod
    def of(cls, encoder_id: str, model_sha256: str) -> "Confidence | None":
        """The calibration that ships for an encoder and a model file, None when there is none."""
        name = f"{encoder_id}.{model_sha256[:KEY]}.json"
        file = files("nexus_appliance.tutoring") / "calibration" / name
        return cls.read(json.loads(file.read_text("utf-8"))) if file.is_file() else None

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Confidence":
        """Take the numbers of a calibration file."""
        signals, answerable, supported, right = (
            Logistic.read(stored[name]) for name in ("signals", "answerable", "supported", "right")
        )
        return cls(signals, answerable, supported, right, float(stored["least"]), float(stored["trusted"]))

    def least_evidence(self, signals: Signals) -> float:
        """The evidence (log-odds) of the probe below which a question with these signals is declined."""
        weight = self.answerable.weights["evidence"]
        without = self.answerable.log_odds({"signals": self._by_books(signals), "evidence": 0.0})
        return (log_odds(self.least) - without) / weight

    def before(self, signals: Signals, evidence: float) -> float:
        """How likely the excerpts answer, 0 to 1."""
        return probability(self._answerable(signals, evidence))

    def trusts(self, alignment: Alignment, signals: Signals, evidence: float) -> bool:
        """Whether a sentence of the answer may stand without a mark of doubt."""
        values = {**asdict(alignment), "answerable": self._answerable(signals, evidence)}
        return probability(self.supported.log_odds(values)) >= self.trusted

    def after(self, signals: Signals, evidence: float, certainty: float, doubtful: float) -> float:
        """How likely the answer is right, 0 to 1; `doubtful` is the share of its sentences that are."""
        values = {"answerable": self._answerable(signals, evidence), "certainty": certainty, "doubtful": doubtful}
        return probability(self.right.log_odds(values))

    def _by_books(self, signals: Signals) -> float:
        return self.signals.log_odds(asdict(signals))

    def _answerable(self, signals: Signals, evidence: float) -> float:
        return self.answerable.log_odds({"signals": self._by_books(signals), "evidence": evidence})
