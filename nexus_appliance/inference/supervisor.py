"""Keeps one worker process alive: starts it, hears it, notices that it hangs or died, starts it again."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from nexus_appliance.children import Child, Entry, Message
from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.inference.events import State
from nexus_appliance.inference.line import Line

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Patience with the worker, in seconds; `failures` is a count.

    `load`: from the start to ready, with the file hashed and read from a slow disk. `silence`: between two messages of
    a worker that computes; a step of the largest model on the slowest processor takes a third. `failures` loads in a
    row may fail, then nothing is tried for `retry`. `missing`: how often we look for a model file that is not there.
    `server`: how often an idle machine looks whether the inference server is back.
    `pause`: before the second start in a row, doubled up to `longest_pause`. `grace`: to leave when asked.
    """

    load: float = 300.0
    silence: float = 120.0
    failures: int = 3
    retry: float = 30.0
    missing: float = 3.0
    pause: float = 0.2
    longest_pause: float = 5.0
    grace: float = 3.0
    server: float = 30.0


class Listener(Protocol):
    """Who uses the worker; called on the event loop."""

    def heard(self, message: Message) -> None:
        """A message came, other than ready and failed."""

    def ready(self, message: Message) -> None:
        """A worker has loaded its model; the message holds its speeds."""

    def lost(self) -> None:
        """The worker that was ready has gone; another one is on its way."""

    def given_up(self) -> None:
        """There will be no worker for a while; `Supervisor.failure` says why."""


class Supervisor:
    """One worker at a time. `recipe` gives the arguments of `entry`, or raises why that cannot be now."""

    def __init__(
        self,
        entry: Entry,
        recipe: Callable[[], Mapping[str, object]],
        niceness: int,
        limits: Limits,
        listener: Listener,
    ) -> None:
        self._entry = entry
        self._recipe = recipe
        self._niceness = niceness
        self._limits = limits
        self._listener = listener
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._wake = asyncio.Event()
        self._renewed: Line | None = None
        self._line: Line | None = None
        self._failed_loads = 0
        self._deaths = 0
        self._owed_since = 0.0
        self.state: State = "loading"
        self.failure: NexusError | None = None
        self.starts = 0
        self.renewals = 0

    @property
    def pid(self) -> int:
        """The process id of the worker, 0 when there is none."""
        return self._line.child.pid if self._line else 0

    def start(self) -> None:
        """Begin to load in the background."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="model supervisor")

    async def close(self) -> None:
        """End the worker: at once while it loads, otherwise after `grace` at the latest."""
        self._closing.set()
        self._wake.set()
        if self._task and self._line and self.state == "ready":
            self._line.send({"kind": "close"})
            await asyncio.wait([self._task], timeout=self._limits.grace)
        if self._line:
            self._line.child.stop()
        if self._task:
            await self._task
        self.state = "closed"

    def renew(self) -> None:
        """Load again, with what the recipe says now: end the worker, which must be idle, or stop waiting for it."""
        self._failed_loads = self._deaths = 0
        self.renewals += 1
        self._wake.set()
        line = self._renewed = self._line
        if line and self.state == "ready":
            line.send({"kind": "close"})
            asyncio.get_running_loop().call_later(self._limits.grace, line.child.stop)
            self.state = "loading"
        elif line:
            line.child.stop()

    def send(self, message: Message) -> None:
        """Send to the worker; lost when it is dying, which `Listener.lost` tells."""
        if self._line:
            self._line.send(message)

    def expect(self, owed: bool) -> None:
        """From now on the worker owes us steps (silence is then a sign of death), or nothing."""
        self._owed_since = time.monotonic() if owed else 0.0

    def succeeded(self) -> None:
        """The worker did something useful: the pauses between deaths begin anew."""
        self._deaths = 0

    async def _run(self) -> None:
        while not self._closing.is_set():
            try:
                arguments = await asyncio.to_thread(self._recipe)
            except NexusError as error:
                await self._give_up("missing", error, self._limits.missing)
                continue
            self.state = "loading"
            failure = await self._serve(arguments)
            if failure and (self._failed_loads >= self._limits.failures or failure.code == Failure.MODEL_DAMAGED):
                await self._give_up("failed", failure, self._limits.retry)
            else:
                await self._rest(self._pause())

    def _pause(self) -> float:
        """Seconds before the next start: none after a first death, then growing."""
        self._deaths += 1
        growing = self._limits.pause * 2.0 ** min(self._deaths - 2, 16)
        return 0.0 if self._deaths == 1 else min(growing, self._limits.longest_pause)

    async def _give_up(self, state: State, failure: NexusError, seconds: float) -> None:
        if (self.state, str(self.failure)) != (state, str(failure)):
            log.error("the model is %s: %s", state, failure)
        self.state, self.failure = state, failure
        self._listener.given_up()
        await self._rest(seconds)

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        if not self._closing.is_set():
            self._wake.clear()

    async def _serve(self, arguments: Mapping[str, object]) -> NexusError | None:
        """One life of a worker; return why it could not load, None when it had loaded and then died."""
        try:
            child = await asyncio.to_thread(Child, "nexus-model", self._entry, arguments, niceness=self._niceness)
        except OSError as error:  # no memory, no process, no file descriptor left
            self._failed_loads += 1
            return Unavailable(Failure.MODEL_GONE, reason=str(error))
        line = self._line = Line(child, asyncio.get_running_loop())
        self.starts += 1
        if self._closing.is_set():
            child.stop()
        failure: NexusError | None = Unavailable(Failure.MODEL_GONE)
        while (message := await self._next(line)) is not None:
            if message["kind"] == "ready":
                failure, self.failure, self.state, self._failed_loads = None, None, "ready", 0
                self._listener.ready(message)
            elif message["kind"] == "failed":
                failure = Unavailable(Failure(message["code"]), **message["values"])
            else:
                self._listener.heard(message)
        await asyncio.to_thread(line.bury)
        if line is self._renewed:
            self._line, self._owed_since = None, 0.0
            self._listener.lost()
            return None
        self._after(failure, child.exit_code)
        return failure

    def _after(self, failure: NexusError | None, exit_code: int | None) -> None:
        self._line, self._owed_since = None, 0.0
        if failure:
            self._failed_loads += 1
            log.warning("the model worker could not load (%s): %s", exit_code, failure)
            return
        log.warning("the model worker has gone (%s)", exit_code)
        self.state = "loading"
        self._listener.lost()

    async def _next(self, line: Line) -> Message | None:
        """The next message, None when the worker has died; one that hangs is ended."""
        while True:
            limit, since = self._patience(line)
            try:
                return await asyncio.wait_for(line.inbox.get(), min(limit / 4, 1.0))
            except TimeoutError:
                if since and time.monotonic() - since > limit:
                    log.error("the model worker has said nothing for %.0f s: ending it", limit)
                    line.child.stop()

    def _patience(self, line: Line) -> tuple[float, float]:
        """How long the worker may be silent, and since when it is; 0 when it owes us nothing."""
        if self.state != "ready":
            return self._limits.load, line.heard
        return self._limits.silence, self._owed_since and max(self._owed_since, line.heard)
