"""The only door to the language model: a stream of events for each request."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from multiprocessing.shared_memory import SharedMemory

from nexus_appliance.children import Entry
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.inference import catalogue, worker
from nexus_appliance.inference.dispatcher import Dispatcher
from nexus_appliance.inference.events import (
    Event,
    Finished,
    Request,
    Restarted,
    Started,
    Token,
    Waiting,
    WorkerStatus,
)
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.shelf import shared_memory
from nexus_appliance.inference.supervisor import Limits
from nexus_appliance.inference.ticket import Ticket

__all__ = [
    "Event",
    "Finished",
    "Limits",
    "Request",
    "Restarted",
    "Scheduler",
    "Started",
    "Token",
    "Waiting",
    "WorkerStatus",
]

SYSTEM = "Jawablah pertanyaan siswa dengan singkat dalam bahasa Indonesia, hanya dari kutipan buku pelajaran."
"""What the speed is measured with when no other system text is given."""


class Scheduler:
    """Answers requests fairly. Lives on one event loop; nothing here blocks it."""

    def __init__(
        self,
        config: Config,
        *,
        system: str = SYSTEM,
        entry: Entry = worker.main,
        recipe: Callable[[], Mapping[str, object]] | None = None,
        limits: Limits | None = None,
    ) -> None:
        """`system`: the text whose computed prefix is ready from the start; `entry` and `recipe`: another worker."""
        self._config = config
        self._limits = limits or Limits()
        self._memory: SharedMemory | None = None
        recipe = recipe or (lambda: worker.arguments(config, system, self.shelf))
        self._dispatcher = Dispatcher(config.queue_limit, config.prompt_share, entry, recipe, self._limits)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking: asyncio.Task[None] | None = None
        self._model = ""

    @property
    def shelf(self) -> str:
        """The name of the memory in which questions that were read outlive the worker; empty without."""
        return self._memory.name if self._memory else ""

    async def start(self) -> None:
        """Begin to load the model in the background; requests wait meanwhile."""
        self._loop = asyncio.get_running_loop()
        self._memory = shared_memory(worker.MB * self._config.model_memory // worker.SHELF)
        self._dispatcher.supervisor.start()
        if self._config.inference_url:
            self._looking = self._loop.create_task(self._look_for_server(), name="inference server")

    async def close(self) -> None:
        """End the worker; open streams raise `Unavailable` (model_gone)."""
        if self._looking is not None:
            self._looking.cancel()
        await self._dispatcher.close()
        if self._memory is not None:
            self._memory.close()
            self._memory.unlink()
            self._memory = None

    def renew(self) -> None:
        """Load the model that is chosen now, once the question in hand is answered; may be called from any thread.

        Questions wait meanwhile. Before `start` there is nothing to do.
        """
        self._model = ""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed
                self._loop.call_soon_threadsafe(self._dispatcher.renew)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Events until `Finished`; closing the generator cancels.

        Raises `Unavailable` (queue_full, model_missing, model_gone) and `Invalid` (prompt_too_long).
        """
        ticket = Ticket(request)
        self._dispatcher.admit(ticket)
        try:
            while True:
                event = await ticket.next()
                yield event
                if isinstance(event, Finished):
                    return
        finally:
            self._dispatcher.leave(ticket)

    async def count(self, text: str) -> int:
        """The number of tokens of a plain text; waits while the model loads. Raises `Unavailable` as `stream` does."""
        return await self._dispatcher.count(text)

    def passage_budget(self, question_tokens: int) -> int:
        """Tokens of passages with which the first token comes within `config.first_token_target` seconds."""
        return self._dispatcher.pace.passage_budget(
            question_tokens, most=self._config.passage_tokens, target=self._config.first_token_target
        )

    def passage_characters(self, question: str) -> int:
        """The same budget in characters of passages, by the characters a token was measured to hold."""
        letters = self._dispatcher.pace.characters_per_token
        return int(self.passage_budget(int(len(question) / letters)) * letters)

    def answer_tokens(self) -> int:
        """Tokens that an answer may have on this machine: `config.answer_tokens` or less."""
        return self._dispatcher.pace.answer_tokens(self._config.answer_tokens)

    def prepare(self, prompt: Prompt) -> None:
        """Have what is shared of a prompt computed when the model has nothing else to do. From any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed
                self._loop.call_soon_threadsafe(self._dispatcher.prepare, prompt)

    def status(self) -> WorkerStatus:
        """The state of the model and the length of the queue."""
        dispatcher, supervisor = self._dispatcher, self._dispatcher.supervisor
        return WorkerStatus(
            state=supervisor.state,
            model=self._name(),
            prompt_speed=dispatcher.pace.prompt_speed,
            generation_speed=dispatcher.pace.generation_speed,
            queue=len(dispatcher.queue),
            running=len(dispatcher.running),
            room=dispatcher.speeds.sequences if supervisor.state == "ready" else 0,
            batch_speed=dispatcher.speeds.batch,
            restarts=max(0, supervisor.starts - 1 - supervisor.renewals),
            load_seconds=dispatcher.speeds.load,
            threads=dispatcher.speeds.threads,
            failure=supervisor.failure.code.value if supervisor.failure else "",
            pid=supervisor.pid,
            server=dispatcher.speeds.server if supervisor.state == "ready" else "",
        )

    async def _look_for_server(self) -> None:
        """While this machine stands in for the inference server: go back to it when it is there again."""
        from nexus_appliance.inference.remote import reachable

        while True:
            await asyncio.sleep(self._limits.server)
            local = not self._dispatcher.speeds.server
            waits = self._dispatcher.supervisor.state in ("missing", "failed") or (local and self.status().resting)
            if waits and await asyncio.to_thread(reachable, self._config.inference_url):
                self._dispatcher.renew()

    def _name(self) -> str:
        """What the chosen model is called."""
        if not self._model:
            self._model = self._config.model_file or self._config.model
            with contextlib.suppress(NexusError):
                self._model = catalogue.chosen(self._config).id
        return self._model
