"""What systemd hears, on a real socket."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nexus_appliance.operations.service_manager import Life, notify, watchdog_seconds
from tests.browser.server import free_port


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The manager's end of NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        path, told = str(tmp_path / "s"), str(tmp_path / "s")
        if request.param == "abstract":
            path, told = f"\0nexus-uji-{os.getpid()}", f"@nexus-uji-{os.getpid()}"
        end.bind(path)
        end.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", told)
        yield end


@asynccontextmanager
async def living(port: int = 0) -> AsyncIterator[Life]:
    """A life whose server listens from the beginning."""
    with socket.create_server(("127.0.0.1", port)) as server:
        life = Life("0.0.0.0", server.getsockname()[1])
        await life.begin()
        yield life
        await life.end()


async def heard(manager: socket.socket) -> bytes:
    return await asyncio.get_running_loop().sock_recv(manager, 100)


async def test_ready_alive_and_gone(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "30000")
    async with living():
        assert await heard(manager) == b"READY=1"
        for _ in range(3):
            assert await heard(manager) == b"WATCHDOG=1"
    while await heard(manager) != b"STOPPING=1":
        continue
    await asyncio.sleep(0.05)
    with pytest.raises(BlockingIOError):
        manager.recv(100)


async def test_no_signs_of_life_are_wanted(manager: socket.socket) -> None:
    async with living():
        assert await heard(manager) == b"READY=1"
    assert await heard(manager) == b"STOPPING=1"


async def test_ready_is_told_when_the_server_listens(manager: socket.socket) -> None:
    port = free_port()
    life = Life("127.0.0.1", port)
    await life.begin()
    await asyncio.sleep(0.15)
    with pytest.raises(BlockingIOError):
        manager.recv(100)
    async with living(port):
        assert await heard(manager) == b"READY=1"
    await life.end()


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
