"""When other work may have the machine."""

import pytest

from nexus_appliance.inference.events import State, WorkerStatus


@pytest.mark.parametrize(
    ("state", "queue", "running", "resting"),
    [
        ("ready", 0, 0, True),
        ("missing", 0, 0, True),
        ("failed", 0, 0, True),
        ("loading", 0, 0, False),
        ("ready", 1, 0, False),
        ("ready", 0, 1, False),
    ],
)
def test_a_model_rests_unless_it_loads_or_is_asked(state: State, queue: int, running: int, resting: bool) -> None:
    status = WorkerStatus(state, "model", 0.0, 0.0, queue=queue, running=running)
    assert status.resting is resting
