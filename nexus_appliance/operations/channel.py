"""The owner-only local channel: command-line verbs reach the running server as its operator.

One request and its replies are lines of JSON. On systems with Unix sockets the socket's file mode is the permission;
elsewhere (and where the path is too long for a socket) it is a loopback port with a random token in a private file.
"""

import asyncio
import contextlib
import hmac
import json
import logging
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.storage.files import write_private

Report = Callable[[dict[str, Any]], None]
"""Told of progress with plain values."""

Dispatch = Callable[[str, dict[str, Any], Report], Awaitable[Any]]
"""Runs the verb of a name with its arguments; the result is plain values."""

LINE_LIMIT = 1 << 20
"""Bytes of one line: a question or a list of books, never a file."""

SOCKET_PATH_LIMIT = 100
"""Characters; the kernel's limit is 108."""

log = logging.getLogger(__name__)


def _address(home: Path) -> Path:
    return home / "nexus.sock"


def _token_file(home: Path) -> Path:
    return home / "nexus.channel"


def _has_unix_sockets(home: Path) -> bool:
    return hasattr(socket, "AF_UNIX") and len(str(_address(home))) < SOCKET_PATH_LIMIT


class ChannelServer:
    """Listens for verbs while the server runs."""

    def __init__(self, home: Path, dispatch: Dispatch) -> None:
        self._home = home
        self._dispatch = dispatch
        self._token = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. The data folder's lock is ours, so an old socket file is a leftover."""
        _address(self._home).unlink(missing_ok=True)
        if _has_unix_sockets(self._home):
            self._server = await asyncio.start_unix_server(self._serve, _address(self._home), limit=LINE_LIMIT)
            _address(self._home).chmod(0o600)
            port = 0
        else:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LINE_LIMIT)
            port = self._server.sockets[0].getsockname()[1]
        write_private(_token_file(self._home), json.dumps({"port": port, "token": self._token}))

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
        _address(self._home).unlink(missing_ok=True)
        _token_file(self._home).unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(await reader.readline())
            if hmac.compare_digest(str(request["token"]), self._token):
                await self._run(request, reader, writer)
        except (ValueError, KeyError, TypeError, ConnectionError):
            log.warning("the local channel got a request it does not understand", exc_info=True)
        finally:
            await _close(writer)

    async def _run(self, request: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Run the verb until it ends or the caller leaves (Ctrl-C), which cancels it."""
        verb = asyncio.ensure_future(
            self._dispatch(str(request["verb"]), request["arguments"], lambda event: _write(writer, {"event": event}))
        )
        caller = asyncio.ensure_future(reader.read(1))
        await asyncio.wait({verb, caller}, return_when=asyncio.FIRST_COMPLETED)
        try:
            if verb.done():
                _write(writer, {"result": verb.result()})
        except NexusError as failure:
            _write(writer, {"failure": failure.code, "values": failure.values})
        finally:
            verb.cancel()
            caller.cancel()


async def call(home: Path, verb: str, arguments: dict[str, Any], report: Report) -> Any:
    """Run a verb in the running server. Raises its `NexusError`, or `Unavailable` (server_gone)."""
    try:
        reader, writer = await _connect(home, verb, arguments)
        try:
            return await _replies(reader, report)
        finally:
            await _close(writer)
    except (OSError, ValueError, KeyError) as error:
        raise Unavailable(Failure.SERVER_GONE, reason=type(error).__name__) from error


async def _replies(reader: asyncio.StreamReader, report: Report) -> Any:
    async for line in reader:
        message = json.loads(line)
        if "event" not in message:
            return _outcome(message)
        report(message["event"])
    raise Unavailable(Failure.SERVER_GONE, reason="closed")


async def _connect(
    home: Path, verb: str, arguments: dict[str, Any]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    channel = json.loads(_token_file(home).read_text("utf-8"))
    if channel["port"]:
        reader, writer = await asyncio.open_connection("127.0.0.1", channel["port"], limit=LINE_LIMIT)
    else:
        reader, writer = await asyncio.open_unix_connection(_address(home), limit=LINE_LIMIT)
    _write(writer, {"token": channel["token"], "verb": verb, "arguments": arguments})
    return reader, writer


def _outcome(message: dict[str, Any]) -> Any:
    if "failure" in message:
        raise NexusError(Failure(message["failure"]), **message["values"])
    return message["result"]


def _write(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
