"""Password hashes: argon2id, only a few at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.school.credentials import PASSWORD_LIMIT, spelled

QUEUE = 100
"""Hashes waiting or running at once: one for each student of the largest load; at 0.2 s each the last waits 10 s."""


class Passwords:
    """Hashes and verifies in the calling threads, `config.login_workers` of them at a time; the others wait.

    One lane a hash: a class that signs in at once uses the cores better side by side.
    """

    def __init__(self, config: Config, *, queue: int = QUEUE) -> None:
        self._hasher = PasswordHasher(
            time_cost=config.argon2_time, memory_cost=config.argon2_memory, parallelism=1, type=Type.ID
        )
        self._workers = threading.BoundedSemaphore(max(1, config.login_workers))
        self._places = threading.BoundedSemaphore(queue)

    def hash(self, password: str) -> str:
        """An encoded argon2id hash with a new salt; raises `Unavailable` (login_busy)."""
        with self._turn():
            return self._hasher.hash(_bytes(password))

    def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password belongs to the hash; None takes the same time. Raises `Unavailable` (login_busy)."""
        nobody, short = self._nobody, len(password) <= PASSWORD_LIMIT
        known = nobody if encoded is None or not short else encoded
        with self._turn():
            try:
                matches = self._hasher.verify(known, _bytes(password) if short else b"")
            except (VerifyMismatchError, InvalidHashError):
                return False
        return matches and short and encoded is not None

    def is_outdated(self, encoded: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    @cached_property
    def _nobody(self) -> str:
        """The hash of no account, with today's parameters."""
        return self._hasher.hash("nobody")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Unavailable(Failure.LOGIN_BUSY)
        try:
            with self._workers:
                yield
        finally:
            self._places.release()


def _bytes(password: str) -> bytes:
    """A browser may send what is no text (half a surrogate pair); it is hashed like any wrong password."""
    return spelled(password).encode("utf-8", "surrogatepass")
