"""What a service manager is told: that the server is ready, alive, about to stop (man sd_notify).

Without NOTIFY_SOCKET in the environment nothing is told and nobody minds.
"""

import asyncio
import contextlib
import os
import socket

MICROSECOND = 1e-6

LOOK = 0.05
"""Seconds between two looks whether the server listens."""


def notify(state: str) -> None:
    """Tell one state, such as READY=1; a manager that is gone is no reason to fail."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with contextlib.suppress(OSError, AttributeError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)


def watchdog_seconds() -> float | None:
    """How long the manager waits for a sign of life before it starts the service again; None: for ever."""
    try:
        microseconds = int(os.environ["WATCHDOG_USEC"])
        wanted = int(os.environ.get("WATCHDOG_PID", os.getpid())) == os.getpid()
    except (KeyError, ValueError):
        return None
    return microseconds * MICROSECOND if wanted and microseconds > 0 else None


class Life:
    """Signs of life from the event loop: when it stands still, they stop."""

    def __init__(self, host: str, port: int) -> None:
        """Where the server will listen."""
        self._host = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104
        self._port = port
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """From now on: tell when the server listens, then a sign at each third of the manager's patience."""
        self._task = asyncio.create_task(self._live())

    async def end(self) -> None:
        """Tell that the server stops."""
        notify("STOPPING=1")
        if self._task is not None:
            self._task.cancel()

    async def _live(self) -> None:
        await self._listening()
        notify("READY=1")
        patience = watchdog_seconds()
        while patience is not None:
            notify("WATCHDOG=1")
            await asyncio.sleep(patience / 3)

    async def _listening(self) -> None:
        """Return when somebody answers at the server's port."""
        while True:
            try:
                _, writer = await asyncio.open_connection(self._host, self._port)
            except OSError:
                await asyncio.sleep(LOOK)
            else:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
                return
