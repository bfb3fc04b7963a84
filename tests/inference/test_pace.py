import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference.events import Finished, Request
from nexus_appliance.inference.language_model import Speeds
from nexus_appliance.inference.pace import LEAST_PASSAGES, Pace
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.ticket import Ticket


def pace(prompt: float = 100.0, generation: float = 10.0) -> Pace:
    made = Pace(256)
    made.begin(Speeds(prompt, generation, 1.0, 2))
    return made


@given(st.floats(1, 5000), st.integers(0, 500), st.floats(0.5, 20))
def test_the_first_token_of_the_budget_comes_in_time(speed: float, question: int, target: float) -> None:
    budget = pace(speed).passage_budget(question, most=400, target=target)
    assert LEAST_PASSAGES <= budget <= 400
    if budget > LEAST_PASSAGES:
        assert (budget + question) / speed <= target


def test_a_fast_machine_gets_the_whole_budget_and_an_unmeasured_one_too() -> None:
    assert pace(5000).passage_budget(30, most=400, target=4) == 400
    assert Pace(256).passage_budget(30, most=400, target=4) == 400


def expected(learning: Pace, request: Request) -> float:
    return learning.forecast([Ticket(request)], [])[0].ends


def test_the_expected_time_follows_what_was_seen() -> None:
    request = Request("ani", Prompt("s" * 300, "u" * 900), 500)
    learning = pace()
    first = expected(learning, request)
    for _ in range(30):
        learning.learn(Ticket(request), Finished("stop", 400, 200, 100, 3.5, 20.0))
    assert learning.prompt_speed == pytest.approx(100.0)
    assert first < expected(learning, request)
    assert 20 < expected(learning, request) < 26


def test_what_was_read_costs_no_time() -> None:
    request = Request("ani", Prompt("", "u" * 90, ("p" * 900,)), 1)
    learning = pace()
    before = expected(learning, request)
    learning.given(Ticket(request))
    assert expected(learning, request) < before / 2
    other = Request("ani", Prompt("", "u" * 90, ("q" * 900,)), 1)
    assert expected(learning, other) == before


def test_what_somebody_before_will_have_read_costs_no_time() -> None:
    asked = [Ticket(Request(name, Prompt("", "u" * 90, ("p" * 900,)), 1)) for name in ("ani", "budi", "citra")]
    first, second, third = pace().forecast([], asked)
    assert first.begins > 3.0
    assert second.begins - first.begins == pytest.approx(third.begins - second.begins)
    assert second.begins - first.begins < first.begins / 2


def test_what_the_worker_forgot_costs_time_again() -> None:
    request = Request("ani", Prompt("", "u" * 90, ("p" * 900,)), 1)
    learning = pace()
    before = expected(learning, request)
    for _ in range(30):
        learning.given(ticket := Ticket(request))
        learning.learn(ticket, Finished("stop", 330, 1, 0, 3.8, 0.1))
    assert expected(learning, request) == pytest.approx(before, rel=0.1)


def test_short_stretches_are_not_measurements() -> None:
    learning = pace()
    learning.learn(Ticket(Request("ani", Prompt("", "u"), 5)), Finished("stop", 100, 1, 99, 5.0, 5.0))
    assert (learning.prompt_speed, learning.generation_speed) == (100.0, 10.0)


def test_a_slow_machine_writes_shorter_answers() -> None:
    assert pace(generation=30.0).answer_tokens(200) == 200
    assert pace(generation=5.0).answer_tokens(200) == 100
    assert pace(generation=0.5).answer_tokens(200) == 80
