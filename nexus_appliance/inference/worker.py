"""The child process that holds the language model: it loads, measures, writes many answers at once.

Messages in: generate(id, ...), cancel(id), count(id, text), prepare(...), close. Messages out: ready(speeds) or
failed(code, values), then for each question reading(id), token(id, text) and done(id, ...) or refused(id, code,
values); count(id, tokens). Behind a cancel nothing more is told of a question.
"""

import logging
import queue
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nexus_appliance.children import ChildGone, Message, Pipe
from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.language_model import Gone, LanguageModel, Reading, Settings, Step, Writing, Written
from nexus_appliance.inference.probe import Probes
from nexus_appliance.inference.prompt import Prompt

log = logging.getLogger(__name__)

NICENESS = 10
"""Below the server: a page must open at once while answers are computed."""

MB = 1024 * 1024

SHELF = 8
"""Which part of `model_memory` holds questions that were read, for a worker that comes after one that died."""


def arguments(config: Config, system: str, shelf: str = "") -> dict[str, object]:
    """What `main` needs to load the chosen model; raises `NexusError` when that cannot be (model_missing).

    `shelf`: the name of shared memory for questions that were read, empty without. With an `inference_url` the model of
    this machine is only for the time when that server is gone.
    """
    found: dict[str, object] = {
        "sequences": config.model_answers,
        "system": system,
        "url": config.inference_url,
        "local": None,
    }
    try:
        model = catalogue.chosen(config)
        found["local"] = {
            "path": str(catalogue.locate(config)),
            "sha256": model.sha256,
            "family": model.template,
            "context": min(config.model_context, model.context),
            "threads": config.model_threads,
            "share": config.prompt_share,
            "memory": config.model_memory,
            "shelf": shelf,
            "speeds": str(config.home / "cache" / "speeds"),
        }
    except NexusError:
        if not config.inference_url:
            raise
    return found


def main(pipe: Pipe, *, local: Mapping[str, Any] | None, url: str, sequences: int, system: str) -> None:
    """The entry of the child: reach the server at `url`, or load the model of this machine; answer until it is over."""
    _leave_no_core()
    try:
        model = (url and _of_server(url, system, sequences)) or _of_machine(local, system, sequences)
    except NexusError as error:
        pipe.send({"kind": "failed", **_failure(error)})
        return
    serve(pipe, model)


def _of_server(url: str, system: str, sequences: int) -> LanguageModel | None:
    """The model behind a URL, None when nobody answers there. Raises `Invalid` (setting_invalid)."""
    from nexus_appliance.inference.remote import RemoteModel

    try:
        return RemoteModel(url, system=system, sequences=sequences)
    except Unavailable as failure:
        log.warning("the inference server does not answer: %s", failure)
        return None


def _of_machine(local: Mapping[str, Any] | None, system: str, sequences: int) -> LanguageModel:
    """The model in this machine's memory.

    Half of `memory` (MB) is for answers that are being written, half for remembered prefixes and the shelf; with
    `sequences` 0 their number follows from that and the measured speed.
    """
    from nexus_appliance.inference.local_model import LocalModel
    from nexus_appliance.inference.measuring import profile_of
    from nexus_appliance.inference.shelf import shelf_in

    if local is None:
        raise Unavailable(Failure.MODEL_GONE)
    path, sha256, context, memory = Path(local["path"]), local["sha256"], local["context"], local["memory"] * MB // 2
    catalogue.verify(path, sha256)
    profile = profile_of(path, sha256, Path(local["speeds"]), local["threads"])
    shelf = shelf_in(local["shelf"], bytes.fromhex(sha256))
    return LocalModel(
        path,
        local["family"],
        system=system,
        profile=profile,
        context=context,
        sequences=sequences or profile.sequences(memory, context),
        share=local["share"],
        memory=memory - (local["memory"] * MB // SHELF if shelf else 0),
        shelf=shelf,
        probes=Probes.of(sha256),
    )


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
        with suppress(Gone):
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
