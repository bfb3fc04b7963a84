from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference.known import KEPT, Known
from nexus_appliance.inference.prompt import Prompt

texts = st.lists(st.sampled_from(["a", "bb", "ccc"]), max_size=4).map(tuple)


@given(st.lists(texts), texts)
def test_the_longest_beginning_that_was_read_is_known(read: list[tuple[str, ...]], shared: tuple[str, ...]) -> None:
    known = Known()
    for one in read:
        known.add(Prompt("", "?", one))
    same = [end for end in range(len(shared) + 1) if any(one[:end] == shared[:end] for one in read)]
    assert known.letters(Prompt("", "!", shared)) == sum(map(len, shared[: max(same, default=0)]))


def test_what_is_read_before_is_known_too() -> None:
    prompt = Prompt("", "?", ("satu", "dua"))
    assert Known().letters(prompt) == 0
    assert Known().letters(prompt, {("satu",)}) == 4


def test_the_oldest_is_forgotten() -> None:
    known = Known()
    for number in range(KEPT + 1):
        known.add(Prompt("", "?", (f"{number:04}",)))
    assert known.letters(Prompt("", "?", ("0000",))) == 0
    assert known.letters(Prompt("", "?", ("0001",))) == 4
