"""What a machine was measured to do, with a real, small file."""

import json
import os
from pathlib import Path

import pytest

from nexus_appliance.inference import measuring as module
from nexus_appliance.inference.measuring import profile_of
from nexus_appliance.inference.profile import GROUP, Profile, usual_threads
from tests.inference.models import SMALL, model_file


def fast(single: float = 0.03, group: float = 0.1, token_bytes: int = 28_672, prompt: float = 1000.0) -> Profile:
    return Profile(prompt, 1 / single, single, group, 2, False, 0, token_bytes)


def test_a_model_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = profile_of(model_file(SMALL), "a" * 64, tmp_path, 1)
    assert found.prompt > found.generation > 0
    assert found.token_bytes == 30 * 3 * 64 * 2 * 2  # layers, heads of keys and values, dimensions of one, two, 16 bits
    assert found.group > found.single
    monkeypatch.setattr(module, "measure", None)
    assert profile_of(model_file(SMALL), "a" * 64, tmp_path, 1) == found


def test_a_spoiled_record_is_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "measure", lambda path, threads, *, repacked: fast(0.03 if repacked else 0.02))
    first = profile_of(Path("x.gguf"), "a" * 64, tmp_path, 1)
    assert first.single == 0.02  # the better of two ways
    (kept,) = tmp_path.iterdir()
    for rubbish in ("", "[]", "{}", json.dumps({"prompt": 1})):
        kept.write_text(rubbish)
        assert profile_of(Path("x.gguf"), "a" * 64, tmp_path, 1) == first


def test_more_answers_share_a_step() -> None:
    assert fast().seconds(1) == pytest.approx(0.03)
    assert fast().seconds(GROUP) == pytest.approx(0.1)
    assert fast().together(GROUP) > fast().together(1)


@pytest.mark.parametrize(
    ("profile", "memory", "sequences"),
    [
        (fast(), 2 << 30, 32),
        (fast(), 600_000_000, 16),
        (fast(), 100_000_000, 2),
        (fast(), 0, 1),
        (fast(group=0.3), 2 << 30, 16),
        (fast(single=0.036, group=0.29, prompt=150.0), 2 << 30, 12),
        (fast(single=0.5, group=5.0, prompt=10.0), 2 << 30, 4),
        (fast(token_bytes=131_072), 1 << 30, 6),
    ],
)
def test_memory_and_speed_bound_the_answers_at_once(profile: Profile, memory: int, sequences: int) -> None:
    assert profile.sequences(memory, 1280) == sequences


def test_all_cores_but_no_more_than_eight() -> None:
    assert 1 <= usual_threads() <= min(8, os.cpu_count() or 1)
