"""How many students want the same answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.tutoring import demand
from nexus_appliance.tutoring.demand import Demand
from nexus_appliance.tutoring.known import Place


def place(number: int) -> Place:
    return Place(1, 1, "model", f"form {number}")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5))))
def test_students_are_counted_and_not_their_questions(asked: list[tuple[int, int]]) -> None:
    wanted = Demand()
    for number, student in asked:
        wanted.note(place(number), student)
    for number in range(4):
        assert wanted.count(place(number)) == len({student for other, student in asked if other == number})


def test_what_was_answered_is_wanted_no_more() -> None:
    wanted = Demand()
    wanted.note(place(1), 7)
    wanted.met(place(1))
    wanted.met(place(2))
    assert wanted.count(place(1)) == 0


def test_an_earlier_lesson_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Demand()
    wanted.note(place(1), 7)
    monkeypatch.setattr(demand, "RECENT", 0.0)
    assert wanted.count(place(1)) == 0


def test_the_oldest_question_goes_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demand, "PLACES", 3)
    wanted = Demand()
    for number in (1, 2, 3, 1, 4):
        wanted.note(place(number), 7)
    assert [wanted.count(place(number)) for number in (1, 2, 3, 4)] == [1, 0, 1, 1]
