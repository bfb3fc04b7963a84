"""States that outlive the worker: what is found is what was put there, whatever a dying process left."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.inference import shelf as module
from nexus_appliance.inference.language_model import Settings
from nexus_appliance.inference.shelf import STEP, Shelf, shared_memory, shelf_in
from tests.inference.models import SMALL, loaded
from tests.inference.test_local_model import MOON, SYSTEM, WATER, answer

OWNER = b"model"
SIZE = 8 * STEP


@contextmanager
def memory_of(size: int) -> Iterator[SharedMemory]:
    memory = shared_memory(size)
    assert memory is not None
    try:
        yield memory
    finally:
        memory.close()
        memory.unlink()


@pytest.fixture
def memory() -> Iterator[SharedMemory]:
    with memory_of(SIZE) as made:
        yield made


def state(size: int, seed: int) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    return np.random.default_rng(seed).integers(0, 256, size, np.uint8)


def test_what_was_put_there_is_found_by_the_next_one(memory: SharedMemory) -> None:
    Shelf(memory, OWNER).put(b"satu", state(100_000, 1))
    found = Shelf(memory, OWNER).get(b"satu")
    assert found is not None
    assert (found == state(100_000, 1)).all()
    assert Shelf(memory, OWNER).get(b"dua") is None


def test_states_of_another_model_are_not_ours(memory: SharedMemory) -> None:
    Shelf(memory, OWNER).put(b"satu", state(100, 1))
    assert Shelf(memory, b"other").get(b"satu") is None


def test_what_does_not_fit_leaves_the_rest(memory: SharedMemory) -> None:
    shelf = Shelf(memory, OWNER)
    shelf.put(b"satu", state(100, 1))
    shelf.put(b"dua", state(SIZE, 2))
    assert shelf.get(b"satu") is not None
    assert shelf.get(b"dua") is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3 * STEP)), max_size=20))
def test_the_newest_is_there_and_nothing_is_wrong(puts: list[tuple[int, int]]) -> None:
    with memory_of(SIZE) as memory:
        shelf, last = Shelf(memory, OWNER), {}
        for seed, (name, size) in enumerate(puts):
            key = b"%d" % name
            last[key] = state(size, seed)
            shelf.put(key, last[key])
            for looked in (shelf, Shelf(memory, OWNER)):
                newest = looked.get(key)
                assert newest is not None
                assert (newest == last[key]).all()
                others = ((other, looked.get(other)) for other in last)
                assert all(found is None or (found == last[other]).all() for other, found in others)


@given(st.integers(0, 1 << 30), st.integers(0, 7))
def test_a_flipped_bit_is_noticed(place: int, bit: int) -> None:
    with memory_of(SIZE) as memory:
        Shelf(memory, OWNER).put(b"satu", state(100_000, 1))
        used = module._HEAD.size + len(OWNER) + 4 + 100_000
        assert memory.buf is not None
        memory.buf[place % used] ^= 1 << bit
        assert Shelf(memory, OWNER).get(b"satu") is None


def write_on(name: str) -> None:
    shelf = Shelf(SharedMemory(name), OWNER)
    number = 0
    while True:
        number += 1
        shelf.put(b"%d" % (number % 9), np.full(2 * STEP, number % 251, np.uint8))


def test_a_process_that_is_killed_while_writing_leaves_whole_states(memory: SharedMemory) -> None:
    found = 0
    for _ in range(5):
        process = multiprocessing.get_context("spawn").Process(target=write_on, args=(memory.name,))
        process.start()
        end = time.monotonic() + 20
        while not Shelf(memory, OWNER)._places and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.05)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        shelf = Shelf(memory, OWNER)
        states = [one for name in range(9) if (one := shelf.get(b"%d" % name)) is not None]
        found += len(states)
        assert all((one == one[0]).all() and one.size == 2 * STEP for one in states)
    assert found >= 5


def test_no_shelf_where_there_is_no_memory_to_share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "SHARED", tmp_path)
    assert shared_memory(1 << 60) is None
    assert shelf_in("", OWNER) is None
    assert shelf_in("nexus-not-there", OWNER) is None


def test_a_question_that_another_worker_read_is_not_read_again() -> None:
    with memory_of(32 << 20) as memory:
        first = loaded(SMALL, context=256, system=SYSTEM, shelf=Shelf(memory, OWNER))
        expected, told = answer(first, WATER, Settings(10))
        first.close()
        second = loaded(SMALL, context=256, system=SYSTEM, shelf=Shelf(memory, OWNER))
        again, more = answer(second, WATER, Settings(10))
        _, other = answer(second, MOON, Settings(3))
        second.close()
    assert again == expected
    assert told.reused < more.reused
    assert more.prompt_tokens - more.reused < 12, "its closing alone"
    assert other.prompt_tokens - other.reused > 12
