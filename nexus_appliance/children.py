"""Child processes: spawn one, exchange JSON messages with it over a pipe, notice its death.

Messages are JSON (never pickle): a child that parses hostile input may itself become hostile, and what it sends must
not run code in the server. A message may carry a payload of raw bytes, such as an array of float32.
"""

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

MESSAGE_LIMIT = 256 * 1024 * 1024
"""Bytes of one message: the vectors of a very large book fit four times over."""

Message = dict[str, Any]


class ChildGone(Exception):
    """The other end of the pipe is closed or its process has died."""


@dataclass(slots=True)
class Pipe:
    """One end of a two-way stream of (JSON object, payload bytes); one reader and one writer thread at most."""

    connection: Connection

    def send(self, message: Mapping[str, object], payload: bytes = b"") -> None:
        """Send one message; raise `ChildGone` when nobody can read it."""
        head = json.dumps({**message, "payload": len(payload)}).encode()
        try:
            self.connection.send_bytes(head)
            if payload:
                self.connection.send_bytes(payload)
        except (OSError, ValueError) as error:
            raise ChildGone from error

    def receive(self, timeout: float | None = None) -> tuple[Message, bytes] | None:
        """The next message and its payload, None after `timeout` seconds; raise `ChildGone` at the end."""
        try:
            if not self.connection.poll(timeout):
                return None
            message = json.loads(self.connection.recv_bytes(MESSAGE_LIMIT))
            payload = self.connection.recv_bytes(MESSAGE_LIMIT) if message.pop("payload") else b""
        except (EOFError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ChildGone from error
        return message, payload

    def close(self) -> None:
        """Close this end; the other end then raises `ChildGone`."""
        self.connection.close()


Entry = Callable[..., None]
"""A top-level function `entry(pipe, **arguments)` that runs in the child; its arguments are plain values."""


class Child:
    """A spawned process that ends when its parent ends, however that happens."""

    def __init__(self, name: str, entry: Entry, arguments: Mapping[str, object], *, niceness: int = 0) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.pipe = Pipe(ours)
        self._process = context.Process(
            target=_run, name=name, args=(entry, theirs, dict(arguments), niceness), daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative numbers are signals."""
        return self._process.exitcode

    def stop(self) -> None:
        """End the process at once; whoever reads its pipe then meets `ChildGone`."""
        self._process.kill()

    def kill(self) -> None:
        """End the process at once and collect it."""
        self._process.kill()
        self._process.join()
        self.pipe.close()

    def close(self, grace: float = 2.0) -> None:
        """Close the pipe, wait `grace` seconds for the child to leave, then kill it."""
        self.pipe.close()
        self._process.join(grace)
        if self.alive:
            self._process.kill()
            self._process.join()


def _run(entry: Entry, connection: Connection, arguments: Mapping[str, object], niceness: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    if niceness and sys.platform != "win32":
        os.nice(niceness)
    with contextlib.suppress(ChildGone):
        entry(Pipe(connection), **arguments)


def _die_with_parent() -> None:
    """Leave when the parent has died: a pipe alone is noticed too late by a child that is computing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
