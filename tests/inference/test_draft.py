"""An answer while it is being written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference.draft import LOOP, Draft, loops


@given(st.lists(st.integers(), max_size=30), st.lists(st.integers(), min_size=1, max_size=40))
def test_a_stretch_that_follows_itself_is_a_loop(before: list[int], stretch: list[int]) -> None:
    assert loops([*before, *stretch * (LOOP // len(stretch) + 2)])


@given(st.lists(st.integers(), unique=True, max_size=60), st.integers(0, 59))
def test_what_is_said_once_or_again_later_is_none(answer: list[int], cut: int) -> None:
    assert not loops(answer)
    assert not loops([*answer, -1 << 70, *answer[cut:]])


def test_an_answer_is_cut_at_its_limit_and_ends_at_a_stop_string() -> None:
    draft = Draft((), 2)
    assert draft.take(1, b"satu", -0.5) == "satu"
    assert (draft.reason, draft.certainty) == ("stop", -0.5)
    draft.take(2, b" dua", -1.5)
    assert (draft.reason, draft.certainty) == ("cut", -1.0)
    stopped = Draft(("!",), 2)
    stopped.take(1, b"satu", -0.5)
    assert not stopped.over
    stopped.take(2, b"!", -0.5)
    assert (stopped.over, stopped.reason) == (True, "stop")


def test_a_draft_without_tokens_claims_nothing() -> None:
    assert Draft((), 0).certainty == pytest.approx(0.0)
