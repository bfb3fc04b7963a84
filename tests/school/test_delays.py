"""Failed logins wait longer and longer; a school behind one address does not."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.school.delays import LoginDelays
from tests.school.conftest import Clock


def wrong() -> None:
    raise Invalid(Failure.WRONG_PASSWORD)


def fail(delays: LoginDelays, username: str = "siti", address: str = "10.0.0.1") -> int:
    """Seconds to wait, or 0 when the attempt was let through (and failed)."""
    try:
        with delays.attempt(username, address):
            wrong()
    except Invalid:
        return 0
    except Unavailable as error:
        assert error.code is Failure.LOGIN_DELAYED
        return int(error.values["seconds"])
    raise AssertionError("the failure was swallowed")


def succeed(delays: LoginDelays, username: str = "siti", address: str = "10.0.0.1") -> None:
    with delays.attempt(username, address):
        pass


def test_five_failures_are_free_then_the_wait_doubles_up_to_a_minute() -> None:
    clock = Clock()
    delays = LoginDelays(clock.monotonic)
    assert [fail(delays) for _ in range(5)] == [0] * 5
    waits = []
    for _ in range(9):
        waits.append(fail(delays))
        clock.seconds += waits[-1]
        assert fail(delays) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_waiting_is_not_made_longer_by_trying_again() -> None:
    clock = Clock()
    delays = LoginDelays(clock.monotonic)
    for _ in range(7):
        while wait := fail(delays):
            clock.seconds += wait
    assert fail(delays) == 4
    assert [fail(delays) for _ in range(50)] == [4] * 50
    clock.seconds += 3.5
    assert fail(delays) == 1


def test_success_forgets_the_failures_and_time_forgives_them() -> None:
    clock = Clock()
    delays = LoginDelays(clock.monotonic)
    for _ in range(4):
        fail(delays)
    succeed(delays)
    assert [fail(delays) for _ in range(5)] == [0] * 5
    assert fail(delays) == 1
    clock.seconds += 3600
    assert [fail(delays) for _ in range(5)] == [0] * 5


def test_a_class_behind_one_address_that_mistypes_does_not_notice() -> None:
    delays = LoginDelays(Clock().monotonic)
    for student in range(40):
        assert fail(delays, f"siswa-{student}") == 0
        assert fail(delays, f"siswa-{student}") == 0
        succeed(delays, f"siswa-{student}")


def test_one_address_that_tries_many_accounts_is_slowed_down_but_never_for_long() -> None:
    clock = Clock()
    delays = LoginDelays(clock.monotonic)
    waits = [fail(delays, f"siswa-{number}") for number in range(200)]
    assert waits[:100] == [0] * 100
    assert 1 <= max(waits) <= 5
    assert fail(delays, "guru", "10.0.0.2") == 0


def test_a_prankster_elsewhere_does_not_keep_somebody_out_of_the_own_account() -> None:
    delays = LoginDelays(Clock().monotonic)
    succeed(delays, "guru", "10.0.0.9")
    assert [fail(delays, "guru", "10.0.0.1") for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    succeed(delays, "guru", "10.0.0.9")
    assert fail(delays, "guru", "10.0.0.1") == 1


def test_at_home_too_a_guesser_is_slowed_down() -> None:
    delays = LoginDelays(Clock().monotonic)
    succeed(delays)
    assert [fail(delays) for _ in range(6)] == [0, 0, 0, 0, 0, 1]


def test_a_failure_that_is_no_wrong_password_does_not_count() -> None:
    delays = LoginDelays(Clock().monotonic)
    for _ in range(20):
        with pytest.raises(Unavailable), delays.attempt("siti", "10.0.0.1"):
            raise Unavailable(Failure.LOGIN_BUSY)
    assert fail(delays) == 0


def test_a_hundred_tries_at_the_same_moment_are_not_a_hundred_tries() -> None:
    delays = LoginDelays(Clock().monotonic)
    barrier = threading.Barrier(20)
    tried = []

    def attempt(_number: int) -> None:
        barrier.wait()
        try:
            with delays.attempt("siti", "10.0.0.1"):
                tried.append(1)
                threading.Event().wait(0.2)
                wrong()
        except (Invalid, Unavailable):
            pass

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(attempt, range(20)))
    assert len(tried) == 5


def test_memory_is_bounded() -> None:
    delays = LoginDelays(Clock().monotonic, keys=50)
    for number in range(500):
        fail(delays, f"siswa-{number}", f"10.0.0.{number}")
        succeed(delays, f"guru-{number}", f"10.0.1.{number}")
    assert len(delays._accounts) <= 50
    assert len(delays._addresses) <= 50
    assert len(delays._homes) <= 50
