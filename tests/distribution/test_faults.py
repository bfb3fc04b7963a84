"""Each fsync, rename and opening of an update made to fail once: the old version answers, the next look heals."""

import errno
import os
from collections.abc import Callable

import pytest

from nexus_appliance.errors import Failure, Unavailable
from tests.distribution.conftest import School

POINTS = ("fsync", "rename", "replace", "unlink", "open", "ftruncate")
MOST = 400


class Faults:
    """Lets the n-th of these calls fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
        self._monkeypatch = monkeypatch
        self._code = code
        self._real = {name: getattr(os, name) for name in POINTS}
        self.failed = ""

    def arm(self, fatal: int) -> None:
        self.failed, done = "", [0]

        def failing(name: str) -> Callable[..., object]:
            def call(*arguments: object, **named: object) -> object:
                done[0] += 1
                if done[0] == fatal:
                    self.failed = name
                    raise OSError(self._code, os.strerror(self._code))
                return self._real[name](*arguments, **named)

            return call

        for name in POINTS:
            self._monkeypatch.setattr(os, name, failing(name))

    def disarm(self) -> None:
        for name in POINTS:
            self._monkeypatch.setattr(os, name, self._real[name])


def texts(version: int) -> list[str]:
    return [f"Hewan {page} edisi {version}." for page in range(8)]


def answering(school: School) -> int:
    """The one version that answers."""
    said = {text.split()[3] for text in school.answers("hewan edisi")}
    assert len(said) == 1
    return int(said.pop().rstrip("."))


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_one_fault_costs_one_look_at_most(only_sqlite: School, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    school, version, met = only_sqlite, 1, set()
    school.publisher.publish(texts(version), f"1.{version}.0")
    school.look()
    faults = Faults(monkeypatch, code)
    for fatal in range(1, MOST):
        version += 1
        school.publisher.publish(texts(version), f"1.{version}.0")
        faults.arm(fatal)
        try:
            outcome = school.look()
        except Unavailable as failure:
            named = Failure.DISK_FULL if code == errno.ENOSPC else Failure.HOME_NOT_WRITABLE
            assert failure.code in (named, Failure.CHANNEL_UNREACHABLE)
            outcome = None
        faults.disarm()
        if not faults.failed:
            break
        met.add(faults.failed)
        now = answering(school)
        assert now in (version - 1, version)
        if outcome is not None and outcome.installed:
            assert now == version
        school.look()
        assert answering(school) == version
    else:
        pytest.fail("an update has more steps than this test tries")
    assert {"fsync", "replace"} <= met
    school.look()
    assert not list((school.config.home / "staging").iterdir())
    assert not list((school.config.home / "downloads").iterdir())
