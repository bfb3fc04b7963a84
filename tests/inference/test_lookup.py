from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference.lookup import TAIL, guess

tokens = st.lists(st.integers(0, 5), max_size=40)


def test_what_followed_before_may_follow_again() -> None:
    assert guess([1, 2, 3, 4, 5, 6], [9, 1, 2, 3], 2) == [4, 5]
    assert guess([1, 2, 3, 4, 1, 2, 3, 7], [1, 2, 3], 4) == [7]  # the last place counts
    assert guess([1, 2, 3, 4], [3, 2, 1], 4) == []
    assert guess([1, 2, 3, 4], [1, 2], 4) == []


@given(tokens, tokens, st.integers(1, 6))
def test_a_guess_stands_in_the_prompt_behind_the_tail(prompt: list[int], answer: list[int], most: int) -> None:
    found = guess(prompt, answer, most)
    assert len(found) <= most
    if found:
        whole = [*answer[-TAIL:], *found]
        assert any(prompt[start : start + len(whole)] == whole for start in range(len(prompt)))
