import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference.prefixes import Prefixes, key_of


def state(size: int, value: int = 0) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.full(size, value, np.uint8)


KEYS = [key_of([1]), key_of([1, 2]), key_of([1, 2, 3])]


def test_the_longest_beginning_is_found() -> None:
    tree = Prefixes(100)
    assert tree.longest(KEYS) == (0, None)
    tree.put(KEYS[0], state(10, 1))
    tree.put(KEYS[1], state(10, 2))
    found, saved = tree.longest(KEYS)
    assert found == 2
    assert saved is not None
    assert saved[0] == 2
    assert tree.longest([KEYS[2]]) == (0, None)


def test_what_nobody_used_for_longest_goes() -> None:
    tree = Prefixes(30)
    for number in range(3):
        tree.put(key_of([number]), state(10))
    tree.longest([key_of([0])])
    tree.put(key_of([3]), state(10))
    assert key_of([1]) not in tree
    assert all(key_of([number]) in tree for number in (0, 2, 3))


def test_using_a_page_uses_what_stands_before_it() -> None:
    tree = Prefixes(30)
    tree.put(KEYS[0], state(10))
    tree.put(KEYS[1], state(10))
    tree.put(key_of([7]), state(10))
    tree.longest(KEYS[:2])
    tree.put(key_of([8]), state(10))
    assert KEYS[0] in tree
    assert key_of([7]) not in tree


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), max_size=60), st.integers(0, 100))
def test_memory_never_exceeds_the_budget(puts: list[tuple[int, int]], budget: int) -> None:
    tree = Prefixes(budget)
    for number, size in puts:
        tree.put(key_of([number]), state(size))
        assert tree.bytes <= budget
        assert tree.bytes == sum(saved.size for saved in tree._held.values())
        assert (key_of([number]) in tree) is (size <= budget)
