"""Who is answered next: a fair queue in front of one worker that may die at any moment."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Mapping

from nexus_appliance.children import Entry, Message
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.inference.events import Finished, Restarted, Started, Token, Waiting
from nexus_appliance.inference.fair_queue import FairQueue, Full
from nexus_appliance.inference.language_model import Speeds
from nexus_appliance.inference.pace import Pace
from nexus_appliance.inference.supervisor import Limits, Supervisor
from nexus_appliance.inference.ticket import Ticket
from nexus_appliance.inference.worker import NICENESS

ATTEMPTS = 3
"""A question that sees the worker die so often is given up: it may be what kills it."""

ANNOUNCE_EVERY = 0.5
"""Seconds between two updates of everybody's position."""


class Dispatcher:
    """Gives one ticket at a time to the worker; the `Listener` of its supervisor."""

    def __init__(
        self, queue_limit: int, entry: Entry, recipe: Callable[[], Mapping[str, object]], limits: Limits
    ) -> None:
        self.pace = Pace()
        self.speeds = Speeds(0.0, 0.0, 0.0, 0)
        self.queue: FairQueue[Ticket] = FairQueue(queue_limit)
        self.running: Ticket | None = None
        self.supervisor = Supervisor(entry, recipe, NICENESS, limits, self)
        self._again: Ticket | None = None
        self._ids = itertools.count(1)
        self._counts: dict[int, tuple[str, asyncio.Future[int]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._renewing = False

    def renew(self) -> None:
        """Load the model again once the question in hand is answered; the others wait meanwhile."""
        self._renewing = True
        self._pump()

    def check(self) -> None:
        """Raise `Unavailable` when there is no model and none is being loaded."""
        state, failure = self.supervisor.state, self.supervisor.failure
        if state == "missing" and failure:
            raise Unavailable(failure.code, **failure.values)
        if state in ("failed", "closed"):
            raise Unavailable(Failure.MODEL_GONE)

    def admit(self, ticket: Ticket) -> None:
        """Start a ticket or let it wait; raise `Unavailable` (queue_full, model_missing, model_gone)."""
        self.check()
        try:
            loser = self.queue.push(ticket.request.student, ticket, ticket.request.priority)
        except Full:
            raise Unavailable(Failure.QUEUE_FULL, waiting=len(self.queue)) from None
        if loser:
            loser.put(Unavailable(Failure.QUEUE_FULL, waiting=len(self.queue)))
        self._pump()
        if ticket is not self.running:
            for waiting, event in self._positions():
                if waiting is ticket:
                    ticket.put(event)
            self._timer = self._timer or asyncio.get_running_loop().call_later(ANNOUNCE_EVERY, self._announce)

    def leave(self, ticket: Ticket) -> None:
        """The reader of a ticket has gone: its place or the worker is for others."""
        if ticket is self._again:
            self._again = None
        elif ticket is self.running:
            ticket.abandoned = True
            self.supervisor.send({"kind": "cancel", "id": ticket.id})
        else:
            self.queue.remove(ticket)

    async def count(self, text: str) -> int:
        """See `Scheduler.count`."""
        self.check()
        number = next(self._ids)
        self._counts[number] = (text, asyncio.get_running_loop().create_future())
        if self.supervisor.state == "ready":
            self._ask_count(number)
        try:
            return await self._counts[number][1]
        finally:
            del self._counts[number]

    async def close(self) -> None:
        """End the worker; whoever still waits gets `Unavailable` (model_gone)."""
        if self._timer:
            self._timer.cancel()
        await self.supervisor.close()
        self.given_up()

    # what the supervisor tells

    def ready(self, message: Message) -> None:
        """A worker is there: what was asked before it died is asked again."""
        self.speeds = Speeds(message["prompt"], message["generation"], message["load"], message["threads"])
        self.pace.begin(self.speeds)
        self._renewing = False
        for number in self._counts:
            self._ask_count(number)
        self._pump()

    def lost(self) -> None:
        """The worker died: its question goes first when the next one is there, unless it was tried too often."""
        ticket, self.running = self.running, None
        if ticket is None or ticket.abandoned:
            return
        if ticket.attempts >= ATTEMPTS:
            ticket.put(Unavailable(Failure.MODEL_GONE))
            return
        self._again = ticket
        ticket.put(Restarted())
        ticket.put(Waiting(1, self._until_free()))

    def given_up(self) -> None:
        """No worker for a while: nobody waits for nothing."""
        failure = self._refusal()
        waiting = [self.running, self._again, *iter(self.queue.pop, None)]
        self.running = self._again = None
        for ticket in waiting:
            if ticket:
                ticket.put(failure)
        for _, future in self._counts.values():
            if not future.done():
                future.set_exception(failure)

    def heard(self, message: Message) -> None:
        """A message of the worker about a question or a count."""
        if message["kind"] == "count":
            _, future = self._counts.get(message["id"], ("", None))
            if future and not future.done():
                future.set_result(message["tokens"])
        elif self.running and message["id"] == self.running.id:
            self._about(self.running, message)

    def _about(self, ticket: Ticket, message: Message) -> None:
        match message["kind"]:
            case "token" if message["text"]:
                ticket.put(Token(message["text"]))
            case "refused":
                ticket.put(Invalid(Failure(message["code"]), **message["values"]))
                self._free()
            case "done":
                if not message["cancelled"]:
                    self._finish(ticket, message)
                self._free()

    def _finish(self, ticket: Ticket, message: Message) -> None:
        finished = Finished(
            message["reason"],
            message["prompt_tokens"],
            message["tokens"],
            message["reused"],
            message["prompt_seconds"],
            message["generation_seconds"],
            message["evidence"],
            message["certainty"],
            message["support"],
        )
        self.pace.learn(ticket.request, finished)
        self.supervisor.succeeded()
        ticket.put(finished)

    # what follows from it

    def _free(self) -> None:
        self.running = None
        self.supervisor.expect(False)
        self._pump()

    def _pump(self) -> None:
        """Give the worker its next ticket if it is idle."""
        if self.running:
            return
        if self._renewing:
            self._renewing = False
            self.supervisor.renew()
        if self.supervisor.state != "ready":
            return
        ticket, self._again = self._again or self.queue.pop(), None
        if ticket:
            self.running = ticket
            ticket.id, ticket.began = next(self._ids), time.monotonic()
            ticket.attempts += 1
            ticket.put(Started())
            self.supervisor.expect(True)
            self.supervisor.send(_question(ticket))

    def _ask_count(self, number: int) -> None:
        self.supervisor.send({"kind": "count", "id": number, "text": self._counts[number][0]})

    def _refusal(self) -> Unavailable:
        try:
            self.check()
        except Unavailable as failure:
            return failure
        return Unavailable(Failure.MODEL_GONE)

    def _announce(self) -> None:
        """Tell everybody who waits where he stands, as long as somebody does."""
        self._timer = None
        for ticket, event in self._positions():
            ticket.put(event)
        if len(self.queue):
            self._timer = asyncio.get_running_loop().call_later(ANNOUNCE_EVERY, self._announce)

    def _positions(self) -> Iterator[tuple[Ticket, Waiting]]:
        """Every waiting ticket with its position and the seconds until it starts, as far as one can tell."""
        seconds = self._until_free()
        for position, ticket in enumerate(self.queue, 1):
            yield ticket, Waiting(position, seconds)
            seconds += self.pace.seconds(ticket.request)

    def _until_free(self) -> float:
        if self.supervisor.state != "ready":
            return max(1.0, self.speeds.load)
        if not self.running:
            return 0.0
        return max(0.5, self.pace.seconds(self.running.request) - (time.monotonic() - self.running.began))


def _question(ticket: Ticket) -> Message:
    request = ticket.request
    return {
        "kind": "generate",
        "id": ticket.id,
        "system": request.prompt.system,
        "user": request.prompt.user,
        "max_tokens": request.max_tokens,
        "stop": list(request.stop),
        "seed": request.seed,
        "temperature": request.temperature,
        "least_evidence": request.least_evidence,
    }
