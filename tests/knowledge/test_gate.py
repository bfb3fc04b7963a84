"""The gate: its formula, its shipped calibration, and questions that it must tell apart."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge import gate
from nexus_appliance.knowledge.gate import FEATURES, Gate
from nexus_appliance.knowledge.passages import Signals

SHIPPED = sorted(
    file for file in (Path(gate.__file__).parent / "calibration").glob("*.json") if not file.stem.endswith(".ranking")
)
SHARES = st.floats(0, 1)
ALL_SIGNALS = st.builds(Signals, cosine=st.floats(-1, 1), coverage=SHARES, words=st.just(3))


def test_a_calibration_ships() -> None:
    assert SHIPPED


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_calibrations_are_complete_and_found_by_the_encoders_id(file: Path) -> None:
    calibration = json.loads(file.read_text("utf-8"))
    assert set(calibration["weights"]) == set(FEATURES)
    assert 0 < calibration["threshold"] < 1
    assert Gate.of(file.stem) == Gate.read(calibration)


def test_an_encoder_without_calibration_has_no_gate() -> None:
    with pytest.raises(FileNotFoundError):
        Gate.of("never-heard-of")


@given(ALL_SIGNALS)
def test_probability_is_one(signals: Signals) -> None:
    for file in SHIPPED:
        found = Gate.of(file.stem)
        assert 0 <= found.probability(signals) <= 1
        assert found.passes(signals) == (found.probability(signals) >= found.threshold)


@given(ALL_SIGNALS, st.sampled_from(FEATURES))
def test_better_evidence_never_shuts_the_gate(signals: Signals, name: str) -> None:
    from dataclasses import replace

    for file in SHIPPED:
        found = Gate.of(file.stem)
        if found.weights[FEATURES.index(name)] >= 0:
            better = replace(signals, **{name: getattr(signals, name) + 0.01})
            assert found.probability(better) >= found.probability(signals)
