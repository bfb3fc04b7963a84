"""The child process that holds the language model: it loads, measures, answers one question at a time.

Messages in: generate(id, ...), cancel(id), count(id, text), close. Messages out: ready(speeds) or failed(code, values),
then for each question reading(id), token(id, text) and done(id, ...) or refused(id, code, values); count(id, tokens).
"""

import queue
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from nexus_appliance.children import ChildGone, Message, Pipe
from nexus_appliance.config import Config
from nexus_appliance.errors import NexusError
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.language_model import LanguageModel, Reading, Settings, Writing, Written
from nexus_appliance.inference.probe import Probes
from nexus_appliance.inference.prompt import Prompt

NICENESS = 5
"""Below the server: a page must open at once while an answer is computed."""


def arguments(config: Config, system: str) -> dict[str, object]:
    """What `main` needs to load the chosen model; raises `NexusError` when that cannot be (model_missing)."""
    model = catalogue.chosen(config)
    return {
        "path": str(catalogue.locate(config)),
        "sha256": model.sha256,
        "family": model.template,
        "context": min(config.model_context, model.context),
        "threads": config.model_threads,
        "system": system,
    }


def main(pipe: Pipe, *, path: str, sha256: str, family: str, context: int, threads: int, system: str) -> None:
    """The entry of the child: check the file, load it, answer until the pipe closes."""
    _leave_no_core()
    from nexus_appliance.inference.local_model import LocalModel

    try:
        catalogue.verify(Path(path), sha256)
        probes = Probes.of(sha256)
        model = LocalModel(Path(path), family, context=context, threads=threads, system=system, probes=probes)
    except NexusError as error:
        pipe.send({"kind": "failed", **_failure(error)})
        return
    serve(pipe, model)


def _leave_no_core() -> None:
    """Keep a crash from filling the disk with a copy of the model's memory."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(pipe: Pipe, model: LanguageModel) -> None:
    """Say that the model is ready, then answer until the pipe closes."""
    Worker(pipe, model).run()


class Worker:
    """One thread reads the pipe, so that a cancel is seen between two steps; the calling thread computes."""

    def __init__(self, pipe: Pipe, model: LanguageModel) -> None:
        self._pipe = pipe
        self._model = model
        self._questions: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._closed = threading.Event()
        self._sending = threading.Lock()

    def run(self) -> None:
        """Serve until the pipe closes or a close message comes."""
        self._send({"kind": "ready", **asdict(self._model.speeds)})
        threading.Thread(target=self._read, name="pipe", daemon=True).start()
        while (message := self._questions.get()) is not None:
            self._answer(message)

    def _read(self) -> None:
        try:
            while (received := self._pipe.receive()) is not None:
                message, _ = received
                if message["kind"] == "close":
                    break
                self._take(message)
        except ChildGone:
            pass
        self._closed.set()
        self._questions.put(None)

    def _take(self, message: Message) -> None:
        match message["kind"]:
            case "generate":
                self._questions.put(message)
            case "cancel":
                self._cancelled.add(message["id"])
            case "count":
                tokens = self._model.count(message["text"])
                self._send({"kind": "count", "id": message["id"], "tokens": tokens})

    def _answer(self, message: Message) -> None:
        number: int = message["id"]
        try:
            self._write(number, message)
        except NexusError as error:
            self._send({"kind": "refused", "id": number, **_failure(error)})
        self._cancelled = {other for other in self._cancelled if other > number}

    def _write(self, number: int, message: Message) -> None:
        prompt = Prompt(message["system"], message["user"])
        settings = Settings(
            message["max_tokens"],
            tuple(message["stop"]),
            message["seed"],
            message["temperature"],
            message["least_evidence"],
        )
        for step in self._model.generate(prompt, settings):
            match step:
                case Reading():
                    self._send({"kind": "reading", "id": number})
                case Writing(text):
                    self._send({"kind": "token", "id": number, "text": text})
                case Written():
                    self._send({"kind": "done", "id": number, "cancelled": False, **asdict(step)})
            if self._closed.is_set():
                return
            if number in self._cancelled and not isinstance(step, Written):
                self._send({"kind": "done", "id": number, "cancelled": True})
                return

    def _send(self, message: Mapping[str, object]) -> None:
        with self._sending:
            self._pipe.send(message)


def _failure(error: NexusError) -> dict[str, object]:
    return {"code": error.code.value, "values": error.values}
