"""A thread that rests between its rounds until something is announced."""

import threading
from collections.abc import Iterator

import pytest

from nexus_appliance.operations.background import Background
from nexus_appliance.storage.database import Database, announce

PATIENCE = 10.0


class Rounds:
    """Counts rounds; each rests as `rest` says."""

    def __init__(self) -> None:
        self.rest = 3600.0
        self.count = 0
        self.done = threading.Semaphore(0)

    def __call__(self) -> float:
        self.count += 1
        self.done.release()
        return self.rest

    def wait(self) -> bool:
        return self.done.acquire(timeout=PATIENCE)


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


@pytest.fixture
def background(database: Database, rounds: Rounds) -> Iterator[Background]:
    background = Background("rounds", rounds, database, "jobs")
    yield background
    background.close()


def test_the_first_round_begins_at_once_and_the_rest_follows(background: Background, rounds: Rounds) -> None:
    background.start()
    assert rounds.wait()
    assert not rounds.done.acquire(timeout=0.1)


def test_an_announcement_ends_the_rest(background: Background, rounds: Rounds, database: Database) -> None:
    background.start()
    assert rounds.wait()
    with database.write() as session:
        announce(session, "notes")
    assert not rounds.done.acquire(timeout=0.1)
    with database.write() as session:
        announce(session, "jobs")
    assert rounds.wait()


def test_without_rest_the_next_round_follows_at_once(background: Background, rounds: Rounds) -> None:
    rounds.rest = 0.0
    background.start()
    assert all(rounds.wait() for _ in range(5))


def test_a_round_that_fails_is_not_the_last(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nexus_appliance.operations.background.AFTER_A_MISTAKE", 0.01)
    rounds = Rounds()

    def failing() -> float:
        rounds()
        raise RuntimeError("a mistake of ours")

    background = Background("rounds", failing, database, "jobs")
    background.start()
    assert all(rounds.wait() for _ in range(3))
    background.close()


def test_closing_ends_the_rest_and_is_seen_by_a_round(background: Background, rounds: Rounds) -> None:
    background.start()
    assert rounds.wait()
    assert not background.stopping
    background.close()
    assert background.stopping
    count = rounds.count
    assert not rounds.done.acquire(timeout=0.1)
    assert rounds.count == count


def test_one_that_never_began_can_be_closed(background: Background, rounds: Rounds) -> None:
    background.close()
    assert rounds.count == 0
