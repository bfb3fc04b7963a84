"""Growing delays after failed logins, for an account and for an address. Kept in memory, bounded."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nexus_appliance.errors import Failure, Invalid, Unavailable

KEYS = 10_000
"""Accounts and addresses remembered, least recently used forgotten first; a few MB at most."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """`free` failures cost nothing, then 1, 2, 4 ... `longest` seconds; one is forgiven every `forgiven` seconds."""

    free: int
    longest: float
    forgiven: float


ACCOUNT = Allowance(free=5, longest=60.0, forgiven=300.0)
"""A guesser gets five tries and then at most one a minute."""

ADDRESS = Allowance(free=100, longest=5.0, forgiven=10.0)
"""A whole school may share one address (NAT, one lab): a class that mistypes must not notice."""


@dataclass(slots=True)
class _Failures:
    count: float = 0.0
    last: float = 0.0
    until: float = 0.0


class Failures:
    """Counts failed attempts by key; times are in seconds of `clock`."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float], keys: int = KEYS) -> None:
        self._allowance = allowance
        self._clock = clock
        self._keys = keys
        self._known: OrderedDict[str, _Failures] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until the next attempt is let through; 0 when it may come now."""
        known = self._known.get(key)
        return 0.0 if known is None else max(0.0, known.until - self._clock())

    def add(self, key: str) -> None:
        """Count an attempt as failed."""
        now = self._clock()
        known = self._known.setdefault(key, _Failures())
        self._known.move_to_end(key)
        known.count = max(0.0, known.count - (now - known.last) / self._allowance.forgiven) + 1
        known.last = now
        over = math.ceil(known.count) - self._allowance.free
        known.until = now + min(self._allowance.longest, 2.0 ** min(over, 30)) if over >= 0 else 0.0
        while len(self._known) > self._keys:
            self._known.popitem(last=False)

    def take_back(self, key: str) -> None:
        """The attempt counted by `add` was none."""
        if known := self._known.get(key):
            known.count, known.until = max(0.0, known.count - 1), 0.0

    def clear(self, key: str) -> None:
        """Forget the failures of a key."""
        self._known.pop(key, None)

    def __len__(self) -> int:
        return len(self._known)


class LoginDelays:
    """Lets login attempts through, or says how long to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, keys: int = KEYS) -> None:
        self._accounts = Failures(ACCOUNT, clock, keys)
        self._addresses = Failures(ADDRESS, clock, keys)
        self._homes: OrderedDict[str, None] = OrderedDict()
        self._keys = keys
        self._lock = threading.Lock()

    @contextmanager
    def attempt(self, username: str, address: str) -> Iterator[None]:
        """Count the attempt in the body as failed when it raises wrong_password, forget the failures when it succeeds.

        It is counted before it is made, so that a thousand at the same moment are not a thousand tries. Raises
        `Unavailable` (login_delayed) with `seconds`, a whole number of at least 1.
        """
        account, home = self._enter(username, address)
        try:
            yield
        except BaseException as error:
            if not (isinstance(error, Invalid) and error.code is Failure.WRONG_PASSWORD):
                self._take_back(account, address)
            raise
        with self._lock:
            self._accounts.clear(account)
            self._addresses.take_back(address)
            self._remember(home)

    def _enter(self, username: str, address: str) -> tuple[str, str]:
        """Where somebody has signed in before, failures made elsewhere do not keep them out."""
        home = f"{username} {address}"
        with self._lock:
            at_home = home in self._homes
            account = home if at_home else username
            wait = max(self._accounts.wait(account), 0.0 if at_home else self._addresses.wait(address))
            if wait > 0:
                raise Unavailable(Failure.LOGIN_DELAYED, seconds=math.ceil(wait))
            self._accounts.add(account)
            self._addresses.add(address)
        return account, home

    def _take_back(self, account: str, address: str) -> None:
        with self._lock:
            self._accounts.take_back(account)
            self._addresses.take_back(address)

    def _remember(self, home: str) -> None:
        self._homes[home] = None
        self._homes.move_to_end(home)
        while len(self._homes) > self._keys:
            self._homes.popitem(last=False)
