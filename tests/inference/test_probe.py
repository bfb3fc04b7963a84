"""A linear reading of a state."""

import numpy as np
import pytest

from nexus_appliance.inference.probe import Probe

STORED = {"asks": "Ya atau Tidak?", "weights": [0.5, -1.0, 0.0], "bias": 0.25}


def test_a_probe_weighs_the_state() -> None:
    probe = Probe.read(STORED)
    assert probe.asks == "Ya atau Tidak?"
    assert probe.reads(np.array([2.0, 0.5, 9.0], np.float32)) == pytest.approx(0.75)
