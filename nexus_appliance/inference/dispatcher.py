"""Who is answered next: a fair queue in front of one worker that may die at any moment."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from nexus_appliance.children import Entry, Message
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.inference.events import Finished, Restarted, Started, Token, Waiting
from nexus_appliance.inference.fair_queue import FairQueue, Full
from nexus_appliance.inference.language_model import Settings, Speeds
from nexus_appliance.inference.pace import Pace
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.supervisor import Limits, Supervisor
from nexus_appliance.inference.ticket import Ticket
from nexus_appliance.inference.worker import NICENESS

ATTEMPTS = 3
"""A question that sees the worker die so often is given up: it may be what kills it. The last time it is alone."""

ANNOUNCE_EVERY = 0.5
"""Seconds between two updates of everybody's position, if few wait."""

ANNOUNCED = 40
"""Updates a second of all together: a class that waits must not keep the server busy."""


class Dispatcher:
    """Gives tickets to the worker, as many as it writes at once; the `Listener` of its supervisor."""

    def __init__(
        self, queue_limit: int, share: int, entry: Entry, recipe: Callable[[], Mapping[str, object]], limits: Limits
    ) -> None:
        self.pace = Pace(share)
        self.speeds = Speeds(0.0, 0.0, 0.0, 0)
        self.queue: FairQueue[Ticket] = FairQueue(queue_limit, _wanted)
        self.running: dict[int, Ticket] = {}
        self.supervisor = Supervisor(entry, recipe, NICENESS, limits, self)
        self._again: list[Ticket] = []
        self._ids = itertools.count(1)
        self._counts: dict[int, tuple[str, asyncio.Future[int]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._renewing = False

    def renew(self) -> None:
        """Load the model again once the questions in hand are answered; the others wait meanwhile."""
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
        if ticket.id not in self.running:
            for waiting, event in self._positions():
                if waiting is ticket:
                    ticket.put(event)
            self._timer = self._timer or self._announce_later()

    def leave(self, ticket: Ticket) -> None:
        """The reader of a ticket has gone: its place or the worker is for others."""
        ticket.abandoned = True
        if self.running.pop(ticket.id, None):
            self.supervisor.send({"kind": "cancel", "id": ticket.id})
            self._freed()
        elif ticket in self._again:
            self._again.remove(ticket)
        else:
            self.queue.remove(ticket)

    def prepare(self, prompt: Prompt) -> None:
        """Have what is shared of a prompt computed when the worker has nothing else to do; lost when it dies."""
        if self.supervisor.state == "ready":
            self.supervisor.send({"kind": "prepare", **_texts(prompt)})

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
        self.speeds = Speeds(**{name: message[name] for name in Speeds.__slots__})
        self.pace.begin(self.speeds)
        self._renewing = False
        for number in self._counts:
            self._ask_count(number)
        self._pump()

    def lost(self) -> None:
        """The worker died: its questions go first when the next one is there, unless they were tried too often."""
        tickets, self.running = list(self.running.values()), {}
        for ticket in tickets:
            ticket.deaths += 1
            if ticket.deaths >= ATTEMPTS:
                ticket.put(Unavailable(Failure.MODEL_GONE))
                continue
            self._again.append(ticket)
            ticket.put(Restarted())
            ticket.put(Waiting(1, delay := self._delay(), delay))

    def given_up(self) -> None:
        """No worker for a while: nobody waits for nothing."""
        failure = self._refusal()
        waiting = [*self.running.values(), *self._again, *iter(self.queue.pop, None)]
        self.running, self._again = {}, []
        for ticket in waiting:
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
        elif ticket := self.running.get(message["id"]):
            self._about(ticket, message)

    def _about(self, ticket: Ticket, message: Message) -> None:
        match message["kind"]:
            case "reading":
                ticket.unread = message["of"] - message["tokens"]
            case "token":
                ticket.written += 1
                if message["text"]:
                    ticket.put(Token(message["text"]))
            case "refused":
                ticket.put(Invalid(Failure(message["code"]), **message["values"]))
                self._over(ticket)
            case "done":
                finished = Finished(**{name: message[name] for name in Finished.__slots__})
                self.pace.learn(ticket, finished)
                self.supervisor.succeeded()
                ticket.put(finished)
                self._over(ticket)

    # what follows from it

    def _over(self, ticket: Ticket) -> None:
        del self.running[ticket.id]
        self._freed()

    def _freed(self) -> None:
        if not self.running:
            self.supervisor.expect(False)
        self._pump()

    def _pump(self) -> None:
        """Give the worker more tickets if it has room."""
        if self._renewing and not self.running:
            self._renewing = False
            self.supervisor.renew()
        if self.supervisor.state != "ready" or self._renewing:
            return
        begun = []
        while ticket := self._next():
            ticket.id, ticket.unread, ticket.written = next(self._ids), None, 0
            if not self.running:
                self.supervisor.expect(True)
            self.running[ticket.id] = ticket
            self.pace.given(ticket)
            self.supervisor.send(_question(ticket))
            begun.append(ticket)
        if begun:
            for ticket, load in zip(
                self.running.values(), self.pace.forecast([*self.running.values()], []), strict=True
            ):
                if ticket in begun:
                    ticket.put(Started(load.begins, load.ends))

    def _next(self) -> Ticket | None:
        """Who is given to the worker now, None when it is full. One that has seen two workers die is asked alone."""
        if any(_suspect(ticket) for ticket in self.running.values()):
            return None
        if len(self.running) >= max(1, self.speeds.sequences):
            return None
        innocent = next((ticket for ticket in self._again if not _suspect(ticket)), None)
        if innocent is None and self._again:
            return self._again.pop(0) if not self.running else None
        if innocent:
            self._again.remove(innocent)
            return innocent
        return self.queue.pop(Counter(ticket.request.student for ticket in self.running.values()))

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
            self._timer = self._announce_later()

    def _announce_later(self) -> asyncio.TimerHandle:
        pause = max(ANNOUNCE_EVERY, len(self.queue) / ANNOUNCED)
        return asyncio.get_running_loop().call_later(pause, self._announce)

    def _positions(self) -> Iterator[tuple[Ticket, Waiting]]:
        """Every waiting ticket with its position and the seconds until it is answered, as far as one can tell."""
        running, waiting = [*self.running.values(), *self._again], list(self.queue)
        loads = self.pace.forecast(running, waiting, self._delay())
        for position, (ticket, load) in enumerate(zip(waiting, loads[len(running) :], strict=True), 1):
            yield ticket, Waiting(position, load.begins, load.ends)

    def _delay(self) -> float:
        """Seconds until a worker is there."""
        return 0.0 if self.supervisor.state == "ready" else max(1.0, self.speeds.load)


def _wanted(ticket: Ticket) -> int:
    return ticket.request.wanted() if ticket.request.wanted else 1


def _suspect(ticket: Ticket) -> bool:
    """Whether it has seen so many workers die that it may be what kills them: it is asked alone."""
    return ticket.deaths >= ATTEMPTS - 1


def _question(ticket: Ticket) -> Message:
    request = ticket.request
    settings = Settings(**{name: getattr(request, name) for name in Settings.__slots__})
    return {"kind": "generate", "id": ticket.id, **_texts(request.prompt), "settings": asdict(settings)}


def _texts(prompt: Prompt) -> Message:
    return {"system": prompt.system, "user": prompt.user, "shared": list(prompt.shared)}
