"""The child process that holds the language model: it loads, measures, writes many answers at once.

Messages in: generate(id, ...), cancel(id), count(id, text), prepare(...), close. Messages out: ready(speeds) or
failed(code, values), then for each question reading(id), token(id, text) and done(id, ...) or refused(id, code,
values); count(id, tokens). Behind a cancel nothing more is told of a question.
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
from nexus_appliance.inference.language_model import LanguageModel, Reading, Settings, Step, Writing, Written
from nexus_appliance.inference.probe import Probes
from nexus_appliance.inference.prompt import Prompt

NICENESS = 5
"""Below the server: a page must open at once while an answer is computed."""

MB = 1024 * 1024


def arguments(config: Config, system: str) -> dict[str, object]:
    """What `main` needs to load the chosen model; raises `NexusError` when that cannot be (model_missing)."""
    model = catalogue.chosen(config)
    return {
        "path": str(catalogue.locate(config)),
        "sha256": model.sha256,
        "family": model.template,
        "context": min(config.model_context, model.context),
        "threads": config.model_threads,
        "sequences": config.model_answers,
        "share": config.prompt_share,
        "memory": config.model_memory,
        "speeds": str(config.home / "cache" / "speeds"),
        "system": system,
    }


def main(
    pipe: Pipe,
    *,
    path: str,
    sha256: str,
    family: str,
    context: int,
    threads: int,
    sequences: int,
    share: int,
    memory: int,
    speeds: str,
    system: str,
) -> None:
    """The entry of the child: check the file, load it, answer until the pipe closes.

    Half of `memory` (MB) is for answers that are being written, half for remembered prefixes; with `sequences` 0 their
    number follows from that and the measured speed.
    """
    _leave_no_core()
    from nexus_appliance.inference.local_model import LocalModel
    from nexus_appliance.inference.profile import profile_of

    try:
        catalogue.verify(Path(path), sha256)
        profile = profile_of(Path(path), sha256, Path(speeds), threads)
        model = LocalModel(
            Path(path),
            family,
            system=system,
            profile=profile,
            context=context,
            sequences=sequences or profile.sequences(memory * MB // 2, context),
            share=share,
            memory=memory * MB // 2,
            probes=Probes.of(sha256),
        )
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
        self._orders: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._sending = threading.Lock()

    def run(self) -> None:
        """Serve until the pipe closes or a close message comes."""
        self._send({"kind": "ready", **asdict(self._model.speeds)})
        threading.Thread(target=self._read, name="pipe", daemon=True).start()
        while self._obey():
            for number, step in self._model.step():
                self._tell(number, step)

    def _read(self) -> None:
        try:
            while (received := self._pipe.receive()) is not None:
                message, _ = received
                if message["kind"] == "close":
                    break
                if message["kind"] == "count":
                    tokens = self._model.count(message["text"])
                    self._send({"kind": "count", "id": message["id"], "tokens": tokens})
                else:
                    self._orders.put(message)
        except ChildGone:
            pass
        self._orders.put(None)

    def _obey(self) -> bool:
        """Follow the orders that have come, waiting for one when there is nothing to do; False when it is over."""
        while not self._model.busy or not self._orders.empty():
            order = self._orders.get()
            if order is None:
                return False
            self._follow(order)
        return True

    def _follow(self, order: Message) -> None:
        match order["kind"]:
            case "generate":
                try:
                    self._model.add(order["id"], _prompt(order), Settings(**order["settings"]))
                except NexusError as error:
                    self._send({"kind": "refused", "id": order["id"], **_failure(error)})
            case "cancel":
                self._model.cancel(order["id"])
            case "prepare":
                self._model.prepare(_prompt(order))

    def _tell(self, number: int, step: Step) -> None:
        match step:
            case Reading(tokens, of):
                self._send({"kind": "reading", "id": number, "tokens": tokens, "of": of})
            case Writing(text):
                self._send({"kind": "token", "id": number, "text": text})
            case Written():
                self._send({"kind": "done", "id": number, **asdict(step)})

    def _send(self, message: Mapping[str, object]) -> None:
        with self._sending:
            self._pipe.send(message)


def _prompt(order: Message) -> Prompt:
    return Prompt(order["system"], order["user"], tuple(order["shared"]))


def _failure(error: NexusError) -> dict[str, object]:
    return {"code": error.code.value, "values": error.values}
