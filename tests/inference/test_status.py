"""When other work may have the machine."""

import pytest

from nexus_appliance.inference.events import State, WorkerStatus


@pytest.mark.parametrize(
    ("state", "queue", "running", "resting"),
    [
        ("ready", 0, False, True),
        ("missing", 0, False, True),
        ("failed", 0, False, True),
        ("loading", 0, False, False),
        ("ready", 1, False, False),
        ("ready", 0, True, False),
    ],
)
def test_a_model_rests_unless_it_loads_or_is_asked(state: State, queue: int, running: bool, resting: bool) -> None:
    status = WorkerStatus(state, "model", 0.0, 0.0, queue=queue, running=running)
    assert status.resting is resting
