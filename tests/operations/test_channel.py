import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nexus_appliance.errors import Failure, Invalid, NexusError
from nexus_appliance.operations import channel
from nexus_appliance.operations.channel import ChannelServer, Report


async def dispatch(verb: str, arguments: dict[str, Any], report: Report) -> Any:
    """`echo` reports and returns its arguments; `fail` fails as expected; anything else is a mistake of ours."""
    if verb == "fail":
        raise Invalid(Failure.SUBJECT_TAKEN, name="Fisika", grade=12)
    if verb != "echo":
        raise KeyError(verb)
    report({"step": 1})
    report({"step": 2})
    return arguments


@pytest.fixture(params=["unix", "loopback"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Path]:
    """A folder with a listening channel; a long path has no room for a Unix socket and takes the loopback way."""
    path = tmp_path / "h" if request.param == "unix" else tmp_path / ("h" * 110)
    path.mkdir()
    server = ChannelServer(path, dispatch)
    await server.start()
    assert (path / "nexus.sock").exists() == (request.param == "unix")
    yield path
    await server.close()


async def test_a_verb_reports_and_returns(home: Path) -> None:
    events: list[dict[str, Any]] = []
    assert await channel.call(home, "echo", {"teks": "halo ✓"}, events.append) == {"teks": "halo ✓"}
    assert events == [{"step": 1}, {"step": 2}]


async def test_an_expected_failure_arrives_as_itself(home: Path) -> None:
    with pytest.raises(NexusError) as caught:
        await channel.call(home, "fail", {}, lambda _event: None)
    assert (caught.value.code, caught.value.values) == (Failure.SUBJECT_TAKEN, {"name": "Fisika", "grade": 12})


async def test_an_unknown_verb_ends_the_call_not_the_server(home: Path) -> None:
    with pytest.raises(NexusError) as caught:
        await channel.call(home, "nonsense", {}, lambda _event: None)
    assert caught.value.code is Failure.SERVER_GONE
    assert await channel.call(home, "echo", {}, lambda _event: None) == {}


async def test_only_the_owner_may_read_the_token(home: Path) -> None:
    assert stat.S_IMODE((home / "nexus.channel").stat().st_mode) == 0o600
    if (home / "nexus.sock").exists():
        assert stat.S_IMODE((home / "nexus.sock").stat().st_mode) == 0o600


async def test_a_wrong_token_gets_nothing(home: Path) -> None:
    note = home / "nexus.channel"
    note.write_text(json.dumps({**json.loads(note.read_text()), "token": "guessed"}))
    with pytest.raises(NexusError) as caught:
        await channel.call(home, "echo", {}, lambda _event: None)
    assert caught.value.code is Failure.SERVER_GONE


async def test_garbage_does_not_hurt(home: Path) -> None:
    port = json.loads((home / "nexus.channel").read_text())["port"]
    opened = asyncio.open_connection("127.0.0.1", port) if port else asyncio.open_unix_connection(home / "nexus.sock")
    reader, writer = await opened
    writer.write(b"\xff\x00 nonsense\n")
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    assert await channel.call(home, "echo", {}, lambda _event: None) == {}


async def test_a_caller_who_leaves_cancels_the_verb(tmp_path: Path) -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def wait(_verb: str, _arguments: dict[str, Any], _report: Report) -> None:
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    server = ChannelServer(tmp_path, wait)
    await server.start()
    call = asyncio.create_task(channel.call(tmp_path, "wait", {}, lambda _event: None))
    await started.wait()
    call.cancel()
    await asyncio.wait_for(ended.wait(), 5)
    await server.close()


async def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(NexusError) as caught:
        await channel.call(tmp_path, "echo", {}, lambda _event: None)
    assert caught.value.code is Failure.SERVER_GONE


async def test_the_token_goes_with_the_server(tmp_path: Path) -> None:
    server = ChannelServer(tmp_path, dispatch)
    await server.start()
    await server.close()
    assert list(tmp_path.iterdir()) == []
