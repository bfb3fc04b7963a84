"""When a question is declined and how sure an answer is: the formula and the calibration that ships."""

import json
from dataclasses import asdict, replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.config import Config
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.probe import Probes
from nexus_appliance.knowledge.logistic import Logistic, log_odds, probability
from nexus_appliance.knowledge.passages import Signals
from nexus_appliance.tutoring.confidence import Confidence
from nexus_appliance.tutoring.leading import ranked
from nexus_appliance.tutoring.support import NOWHERE, Alignment

SHIPPED = list((files("nexus_appliance.tutoring") / "calibration").iterdir())
SHARES = st.floats(0, 1)
SURE = Signals(cosine=0.88, coverage=1.0, words=3, length=6, total=12.0, missing=0.0, fitting=1.0, asked=1.0)
ANY_SIGNALS = st.builds(
    Signals,
    cosine=st.floats(-1, 1),
    coverage=SHARES,
    words=st.integers(0, 20),
    length=st.integers(0, 60),
    total=st.floats(0, 100),
    missing=st.floats(0, 100),
    fitting=SHARES,
    asked=st.sampled_from([0.0, 1.0]),
)


def shipped() -> Confidence:
    return Confidence.read(json.loads(SHIPPED[0].read_text("utf-8")))


def test_the_default_model_has_a_probe_and_a_calibration() -> None:
    sha256 = catalogue.chosen(Config()).sha256
    probes = Probes.of(sha256)
    assert probes is not None
    assert len(probes.before.weights) > 100
    assert probes.behind is not None
    assert len(probes.behind.weights) == len(probes.before.weights)
    encoder = SHIPPED[0].name.partition(f".{sha256[:12]}")[0]
    assert Confidence.of(encoder, sha256) == shipped()


def test_a_model_without_calibration_has_none() -> None:
    assert Probes.of("0" * 64) is None
    assert Confidence.of("never-heard-of", "0" * 64) is None


def test_without_numbers_for_it_no_page_changes_its_place() -> None:
    stored = json.loads(SHIPPED[0].read_text("utf-8"))
    without = Confidence.read({name: stored[name] for name in stored if name not in ("leads", "second", "close")})
    assert ranked([{"score": 2.0, "said": 0.0}, {"score": 1.0, "said": 1.0}], without.leads)[0] == (2.0, 0)
    assert without.close == 0.0
    assert not without.prefers_second(99.0, 0.0)


def test_the_second_of_a_pair_leads_where_it_answers_better_than_the_lead_is_large() -> None:
    found = Confidence.read(json.loads(SHIPPED[0].read_text("utf-8")))
    fitted = replace(found, second=Logistic({"difference": 1.0, "margin": -1.0}, 0.5))
    assert fitted.prefers_second(0.6, 1.0)
    assert not fitted.prefers_second(0.4, 1.0)


@given(ANY_SIGNALS)
def test_least_evidence_is_where_the_working_point_is_met(signals: Signals) -> None:
    found = shipped()
    least = found.least_evidence(signals)
    assert found.before(signals, least) == pytest.approx(found.least, abs=1e-6)
    assert found.before(signals, least + 1) > found.least > found.before(signals, least - 1)


@given(ANY_SIGNALS, st.floats(-20, 20), st.floats(-20, 20), st.floats(-9, 0), SHARES)
def test_a_confidence_is_a_probability(
    signals: Signals, evidence: float, support: float, certainty: float, doubtful: float
) -> None:
    found = shipped()
    assert 0 <= found.after(signals, evidence, support, certainty, doubtful) <= 1
    assert 0 <= found.before(signals, evidence) <= 1


def test_what_counts_against_an_answer_does() -> None:
    right = shipped().right.weights
    assert all(right[name] > 0 for name in ("answerable", "support", "certainty"))
    assert right["doubtful"] <= 0  # the other three may tell all that marks do


def test_what_speaks_for_a_sentence_does() -> None:
    found = shipped()
    assert all(found.supported.weights[name] > 0 for name in ("held", "told", "asked", "answerable", "support"))
    assert found.trusts(Alignment(1.0, 1.0, 1.0, 1.0, 1.0, 1.0), SURE, 3.0, 3.0)
    assert not found.trusts(Alignment(0.7, 1.0, 0.3, 0.3, 1.0, 0.4), SURE, 3.0, 0.0)
    assert not found.trusts(Alignment(1.0, 1.0, 1.0, 1.0, 1.0, 1.0), SURE, 3.0, -6.0)
    assert not found.trusts(NOWHERE, SURE, 3.0, 3.0)


def test_what_speaks_for_a_page_does() -> None:
    found = shipped()
    assert all(weight > 0 for weight in found.leads.weights.values())
    assert found.close > 0
    assert found.prefers_second(9.0, 0.0)
    assert not found.prefers_second(9.0, 30.0)
    assert not found.prefers_second(-1.0, 0.0)


def test_every_signal_that_is_weighed_exists() -> None:
    names = asdict(Signals(0.0, 0.0, 0))
    assert set(shipped().signals.weights) <= set(names)
    assert set(shipped().supported.weights) <= {*asdict(NOWHERE), "answerable", "support"}


@given(st.floats(0.001, 0.999))
def test_log_odds_and_probability_are_inverse(chance: float) -> None:
    assert probability(log_odds(chance)) == pytest.approx(chance)


def test_a_regression_needs_all_its_numbers() -> None:
    found = Logistic({"one": 2.0}, 1.0)
    assert found.log_odds({"one": 3.0, "other": 9.0}) == 7.0
    assert probability(1e9) == pytest.approx(1.0)
    assert probability(-1e9) == pytest.approx(0.0)
    with pytest.raises(KeyError):
        found.log_odds({})
