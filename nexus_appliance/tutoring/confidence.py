"""Whether the excerpts answer, and how likely an answer is right: calibrated for one encoder and one model."""

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from nexus_appliance.inference.probe import KEY
from nexus_appliance.knowledge.logistic import Logistic, log_odds, probability
from nexus_appliance.knowledge.passages import Signals
from nexus_appliance.tutoring.support import Alignment

AS_FOUND = {"weights": {"score": 1.0}, "bias": 0.0}
"""Where it has not been fitted which page leads, the search alone decides,"""
NO_PAIR = {"weights": {}, "bias": -1.0}
"""and none are close and none change places."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Five regressions that build on each other, fitted by `benchmarks.fit_confidence`.

    `signals`: answerable, by the books alone. `answerable`: that and the evidence of the model's probe. `supported`: of
    one sentence, by its alignment, by that and by the support that the probe finds behind the answer. `right`: of the
    whole answer, by `answerable`, that support, the certainty of what was written and the share of its sentences that
    are doubtful. `leads`: of each passage beside an answer, by `leading.signs`; only differences between passages
    count. `second`: of two of which one leads by less than `close` that the other answers and it does not, by the
    difference of the evidence in each and by that lead. A question less likely answerable than `least` is declined; a
    sentence less likely supported than `trusted` is doubtful.
    """

    signals: Logistic
    answerable: Logistic
    supported: Logistic
    right: Logistic
    leads: Logistic
    second: Logistic
    least: float
    trusted: float
    close: float

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
        leads = Logistic.read(stored.get("leads", AS_FOUND))
        second = Logistic.read(stored.get("second", NO_PAIR))
        least, trusted, close = float(stored["least"]), float(stored["trusted"]), float(stored.get("close", 0.0))
        return cls(signals, answerable, supported, right, leads, second, least, trusted, close)

    def least_evidence(self, signals: Signals) -> float:
        """The evidence (log-odds) of the probe below which a question with these signals is declined."""
        weight = self.answerable.weights["evidence"]
        without = self.answerable.log_odds({"signals": self._by_books(signals), "evidence": 0.0})
        return (log_odds(self.least) - without) / weight

    def before(self, signals: Signals, evidence: float) -> float:
        """How likely the excerpts answer, 0 to 1."""
        return probability(self._answerable(signals, evidence))

    def trusts(self, alignment: Alignment, signals: Signals, evidence: float, support: float) -> bool:
        """Whether a sentence of the answer may stand without a mark of doubt."""
        values = {**asdict(alignment), "answerable": self._answerable(signals, evidence), "support": support}
        return probability(self.supported.log_odds(values)) >= self.trusted

    def after(self, signals: Signals, evidence: float, support: float, certainty: float, doubtful: float) -> float:
        """How likely the answer is right, 0 to 1; `doubtful` is the share of its sentences that are."""
        answerable = self._answerable(signals, evidence)
        values = {"answerable": answerable, "support": support, "certainty": certainty, "doubtful": doubtful}
        return probability(self.right.log_odds(values))

    def prefers_second(self, difference: float, margin: float) -> bool:
        """Whether the second of two close passages should lead; see `second`."""
        return self.second.log_odds({"difference": difference, "margin": margin}) > 0

    def _by_books(self, signals: Signals) -> float:
        return self.signals.log_odds(asdict(signals))

    def _answerable(self, signals: Signals, evidence: float) -> float:
        return self.answerable.log_odds({"signals": self._by_books(signals), "evidence": evidence})
