import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference.forecast import Load, forecast

loads = st.lists(st.tuples(st.floats(0, 800), st.floats(1, 200)), max_size=30)


def play(running: list[Load], waiting: list[Load], room: int = 4) -> None:
    forecast(running, waiting, room, prompt_speed=100.0, token_seconds=lambda n: 0.02 + 0.01 * n, share=256)


def test_one_answer_is_read_and_then_written() -> None:
    load = Load(200, 50)
    play([load], [])
    assert load.begins == pytest.approx(2.0)
    assert load.ends == pytest.approx(2.0 + 50 * 0.03)


def test_who_waits_begins_when_a_place_is_free() -> None:
    first, second = Load(0, 10), Load(100, 10)
    play([first], [second], room=1)
    assert first.ends == pytest.approx(0.3)
    assert second.begins == pytest.approx(1.3)


def test_answers_go_on_slowly_while_others_are_read() -> None:
    writing, reading = Load(0, 10), Load(256, 10)
    play([writing], [reading])
    assert reading.begins == pytest.approx(2.56 + 0.03)
    assert writing.ends == pytest.approx(2.59 + 9 * 0.04)


def test_much_that_waits_is_read_in_large_shares() -> None:
    """1,536 of the 2,000 tokens at most; the other 1,000 in one; nobody who writes has a word in between."""
    writing, first, second = Load(0, 100), Load(1000, 1), Load(1000, 1)
    play([writing, first, second], [])
    assert first.begins == pytest.approx(10 + 0.03 * 1000 / 1536)
    assert second.begins == pytest.approx(first.begins + 10 + 0.04)


def test_one_question_does_not_stop_the_answers() -> None:
    writing, reading = Load(0, 100), Load(700, 1)
    play([writing, reading], [])
    assert reading.begins == pytest.approx(7 + 0.03 * 700 / 256)


@given(loads, loads, st.integers(1, 8))
def test_everybody_is_answered_and_nobody_before_those_in_front(
    running: list[tuple[float, float]], waiting: list[tuple[float, float]], room: int
) -> None:
    there, queue = ([Load(*one) for one in some] for some in (running[:room], waiting))
    play(there, queue, room)
    for load in (*there, *queue):
        assert load.ends >= load.begins >= 0
        assert load.ends > 0
    begins = [load.begins for load in queue]
    assert begins == sorted(begins)
