"""What systemd hears, on a real socket."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from nexus_appliance.operations.service_manager import Life, notify, watchdog_seconds


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The manager's end of NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        path, told = str(tmp_path / "s"), str(tmp_path / "s")
        if request.param == "abstract":
            path, told = f"\0nexus-uji-{os.getpid()}", f"@nexus-uji-{os.getpid()}"
        end.bind(path)
        end.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", told)
        yield end


async def test_ready_alive_and_gone(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "30000")
    life = Life()
    await life.begin()
    assert manager.recv(100) == b"READY=1"
    for _ in range(3):
        await asyncio.sleep(0.02)
        assert manager.recv(100) == b"WATCHDOG=1"
    await life.end()
    told = [manager.recv(100)]
    while told[-1] != b"STOPPING=1":
        told.append(manager.recv(100))
    await asyncio.sleep(0.05)
    manager.settimeout(0)
    with pytest.raises(BlockingIOError):
        manager.recv(100)


async def test_no_signs_of_life_are_wanted(manager: socket.socket) -> None:
    life = Life()
    await life.begin()
    await life.end()
    assert (manager.recv(100), manager.recv(100)) == (b"READY=1", b"STOPPING=1")


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/socket", "@nobody-listens"])
def test_a_manager_that_is_not_there(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify("READY=1")


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [
        ("60000000", None, 60.0),
        ("60000000", "own", 60.0),
        ("60000000", "1", None),
        ("0", None, None),
        ("x", None, None),
    ],
)
def test_the_managers_patience(
    monkeypatch: pytest.MonkeyPatch, usec: str, pid: str | None, seconds: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    if pid:
        monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "own" else pid)
    assert watchdog_seconds() == seconds
