from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference.fair_queue import FairQueue, Full, Priority

Item = tuple[str, int, Priority]
pushes = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["interactive", "background"])), max_size=30)


def filled(keys: list[tuple[str, Priority]], limit: int = 1000) -> FairQueue[Item]:
    queue: FairQueue[Item] = FairQueue(limit)
    for number, (key, priority) in enumerate(keys):
        queue.push(key, (key, number, priority), priority)
    return queue


def drained(queue: FairQueue[Item]) -> list[Item]:
    return list(iter(queue.pop, None))


@given(pushes, st.integers(0, 10))
def test_the_order_shown_is_the_order_served(keys: list[tuple[str, Priority]], served: int) -> None:
    queue = filled(keys)
    for _ in range(served):
        queue.pop()
    shown = list(queue)
    assert len(queue) == len(shown)
    assert drained(queue) == shown


@given(pushes)
def test_everybody_is_served_in_rounds_and_in_order(keys: list[tuple[str, Priority]]) -> None:
    order = drained(filled(keys))
    assert sorted(order) == sorted((key, number, priority) for number, (key, priority) in enumerate(keys))
    served: Counter[str] = Counter()
    waiting = Counter(key for key, priority in keys if priority == "interactive")
    for key, _, priority in order:
        if priority == "interactive":
            assert all(served[key] <= served[other] for other in waiting if served[other] < waiting[other])
            served[key] += 1
    for student in "abcdef":
        mine = [number for key, number, priority in order if key == student and priority == "interactive"]
        assert mine == sorted(mine)
    kinds = [priority for _, _, priority in order]
    assert kinds == sorted(kinds, reverse=True)


@given(pushes, st.integers(1, 8))
def test_a_full_queue_stays_full_and_takes_from_whoever_holds_most(
    keys: list[tuple[str, Priority]], limit: int
) -> None:
    queue: FairQueue[Item] = FairQueue(limit)
    for number, (key, priority) in enumerate(keys):
        before = list(queue)
        held = Counter(other for other, _, kind in before if kind == priority)
        try:
            loser = queue.push(key, (key, number, priority), priority)
        except Full:
            assert len(before) == limit
            assert list(queue) == before
            assert max(held.values(), default=0) < held[key] + 2
        else:
            assert len(queue) <= limit
            assert (loser is not None) == (len(before) == limit)
            if loser and loser[2] == "interactive":
                assert priority == "interactive"
                assert held[loser[0]] == max(held.values()) >= held[key] + 2


@given(pushes, st.data())
def test_removing_leaves_the_others_in_order(keys: list[tuple[str, Priority]], data: st.DataObject) -> None:
    queue = filled(keys)
    items = list(queue)
    if items:
        gone = data.draw(st.sampled_from(items))
        assert queue.remove(gone)
        assert not queue.remove(gone)
        assert sorted(drained(queue)) == sorted(item for item in items if item != gone)


def test_a_lone_student_cannot_lock_a_newcomer_out() -> None:
    queue = filled([("a", "interactive")] * 3, limit=3)
    assert queue.push("b", ("b", 9, "interactive")) == ("a", 2, "interactive")
    with pytest.raises(Full):
        queue.push("a", ("a", 10, "interactive"))


def test_background_gives_way() -> None:
    queue = filled([("x", "background"), ("a", "interactive")], limit=2)
    assert queue.push("a", ("a", 9, "interactive")) == ("x", 0, "background")
    with pytest.raises(Full):
        queue.push("y", ("y", 10, "background"), "background")


def test_who_comes_anew_goes_before_those_who_had_a_turn() -> None:
    waiting: list[tuple[str, Priority]] = [(key, "interactive") for key in "aaabbb"]
    queue = filled(waiting)
    assert queue.pop() == ("a", 0, "interactive")
    assert queue.pop() == ("b", 3, "interactive")
    queue.push("c", ("c", 9, "interactive"))
    assert queue.pop() == ("c", 9, "interactive")


def test_who_has_less_in_hand_goes_first() -> None:
    queue = filled([("a", "interactive"), ("b", "interactive")])
    assert queue.pop({"a": 2, "b": 1}) == ("b", 1, "interactive")


wants = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 4)), max_size=30)


@given(wants)
def test_every_second_turn_is_for_what_most_want(questions: list[tuple[str, int]]) -> None:
    wanted = {number: count for number, (_, count) in enumerate(questions)}
    queue: FairQueue[tuple[str, int]] = FairQueue(1000, lambda item: wanted[item[1]])
    for number, (key, _) in enumerate(questions):
        queue.push(key, (key, number))
    for turn in range(len(questions)):
        left = [wanted[number] for _, number in queue]
        item = queue.pop()
        assert item is not None
        if turn % 2 == 0 and max(left) > 1:
            assert wanted[item[1]] == max(left)
    assert queue.pop() is None


@given(st.lists(st.integers(1, 4), max_size=20), st.integers(0, 5))
def test_what_most_want_is_shown_where_it_is_served(counts: list[int], served: int) -> None:
    queue: FairQueue[int] = FairQueue(1000, lambda item: counts[item])
    for number in range(len(counts)):
        queue.push(f"siswa{number}", number)
    for _ in range(served):
        queue.pop()
    shown = list(queue)
    assert list(iter(queue.pop, None)) == shown


@given(st.lists(st.integers(1, 4), max_size=20))
def test_nobody_waits_more_than_twice_as_long_for_what_others_want(counts: list[int]) -> None:
    queue: FairQueue[int] = FairQueue(1000, lambda item: counts[item])
    for number in range(len(counts)):
        queue.push(f"siswa{number}", number)
    for place, number in enumerate(iter(queue.pop, None)):
        assert place <= 2 * number + 1
