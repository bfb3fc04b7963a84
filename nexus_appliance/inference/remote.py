"""A larger machine on the school's own network that writes the answers: any OpenAI-compatible server.

The one module of the question path that talks to a network, loaded only when `inference_url` is set. It speaks to
addresses of private networks alone, named by number, so that no name server can lead it elsewhere. It stands in the
place of `LocalModel` in the worker; queue, fairness and cancelling are those of every model.
"""

import ipaddress
import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Literal
from urllib.parse import urlsplit

from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.inference.language_model import Gone, Reading, Settings, Speeds, Step, Writing, Written
from nexus_appliance.inference.prompt import Prompt

SEQUENCES = 16
"""Answers that a server is asked for at once where the settings say nothing."""

PATIENCE = 120.0
"""Seconds between two pieces of an answer before the server counts as gone."""

KNOCK = 3.0
"""Seconds in which a server must say that it is there."""

LINE = 1_000_000
"""Bytes of one line that a server may send."""

CHARACTERS = 3.0
"""Of a token, in Indonesian: a server is not asked to count."""

_SAMPLE = "Air laut menguap karena panas matahari, lalu menjadi awan dan turun sebagai hujan di pegunungan. "
_TROUBLE = (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError)


class ServerGone(Gone):
    """The server does not answer any more, or not as agreed."""


def checked_url(url: str) -> str:
    """`url` if it names a server of a private network by its address; raise `Invalid` (setting_invalid)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    with suppress(ValueError):
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        near = address.is_private and not (address.is_unspecified or address.is_link_local or address.is_multicast)
        if (
            near
            and parts.scheme in ("http", "https")
            and parts.username is None
            and not (parts.query or parts.fragment)
        ):
            parts.port  # noqa: B018 raises for a port that is none
            return url.rstrip("/").removesuffix("/v1")
    raise Invalid(Failure.SETTING_INVALID, name="inference_url", value=url)


def reachable(url: str) -> bool:
    """Whether a server says what models it has."""
    with suppress(*_TROUBLE, Invalid, ServerGone):
        return bool(_first_model(checked_url(url)))
    return False


class RemoteModel:
    """A `LanguageModel` behind a URL: one connection and one thread for each answer.

    It shows no hidden states, so nothing is read in them: `evidence` and `support` are None.
    """

    def __init__(self, url: str, *, system: str, sequences: int) -> None:
        """Find the model and measure it; raise `Invalid` (setting_invalid) and `Unavailable` (model_gone)."""
        began = time.monotonic()
        self._url = checked_url(url)
        self._told: queue.SimpleQueue[tuple[int, Step | ServerGone]] = queue.SimpleQueue()
        self._streams: dict[int, _Stream] = {}
        try:
            self._model = _first_model(self._url)
            prompt, generation = self._measure(system)
        except (*_TROUBLE, ServerGone) as error:
            raise Unavailable(Failure.MODEL_GONE, reason=str(error)) from error
        sequences = sequences or SEQUENCES
        load = time.monotonic() - began
        self.speeds = Speeds(prompt, generation, load, 0, sequences, generation * sequences / 2, server=self._url)

    @property
    def busy(self) -> bool:
        """See `LanguageModel.busy`."""
        return bool(self._streams)

    def count(self, text: str) -> int:
        """About as many tokens as a text has."""
        return int(len(text) / CHARACTERS) + 1

    def add(self, number: int, prompt: Prompt, settings: Settings) -> None:
        """See `LanguageModel.add`."""
        self._streams[number] = _Stream(self._url, self._body(prompt, settings), number, settings, self._told)

    def cancel(self, number: int) -> None:
        """See `LanguageModel.cancel`."""
        if stream := self._streams.pop(number, None):
            stream.close()

    def prepare(self, prompt: Prompt) -> None:
        """A server remembers what it likes."""

    def step(self) -> list[tuple[int, Step]]:
        """What came within a moment; raise `ServerGone`."""
        told: list[tuple[int, Step]] = []
        with suppress(queue.Empty):
            number, step = self._told.get(timeout=0.1)
            while True:
                self._note(number, step, told)
                number, step = self._told.get_nowait()
        return told

    def _note(self, number: int, step: Step | ServerGone, told: list[tuple[int, Step]]) -> None:
        if number not in self._streams:
            return
        if isinstance(step, ServerGone):
            raise step
        told.append((number, step))
        if isinstance(step, Written):
            del self._streams[number]

    def _body(self, prompt: Prompt, settings: Settings) -> dict[str, object]:
        user = "".join([*prompt.shared, prompt.user])
        body: dict[str, object] = {
            "model": self._model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": user}],
            "max_tokens": settings.max_tokens,
            "temperature": settings.temperature,
            "seed": settings.seed,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if settings.stop:
            body["stop"] = list(settings.stop)
        if settings.grammar:
            body["grammar"] = settings.grammar
        if settings.schema:
            form = {"name": "answer", "schema": json.loads(settings.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    def _measure(self, system: str) -> tuple[float, float]:
        """Prompt and generation speed in tokens/s of one short answer."""
        prompt, settings = Prompt(system, _SAMPLE * 6), Settings(24, deadline=60.0)
        stream = _Stream(self._url, self._body(prompt, settings), 0, settings, self._told)
        began, first = time.monotonic(), 0.0
        while True:
            _, step = self._told.get(timeout=PATIENCE)
            if isinstance(step, ServerGone):
                raise step
            first = first or (time.monotonic() if isinstance(step, Writing) else 0.0)
            if isinstance(step, Written):
                break
        stream.close()
        read, wrote = max(0.01, first - began), max(0.01, time.monotonic() - first)
        return self.count(prompt.system + prompt.user) / read, max(1, step.tokens) / wrote


class _Stream:
    """One answer: reads the server's events in a thread and puts steps into `told`."""

    def __init__(
        self,
        url: str,
        body: dict[str, object],
        number: int,
        settings: Settings,
        told: "queue.SimpleQueue[tuple[int, Step | ServerGone]]",
    ) -> None:
        self._connection = _connect(url, PATIENCE)
        self._path = urlsplit(url).path + "/v1/chat/completions"
        self._body = json.dumps(body).encode()
        self._number = number
        self._settings = settings
        self._told = told
        self._began = time.monotonic()
        self._socket: Any = None
        self._closed = False
        threading.Thread(target=self._run, name="answer", daemon=True).start()

    def close(self) -> None:
        """Break the connection: the server stops writing."""
        self._closed = True
        with suppress(OSError, AttributeError):
            self._socket.shutdown(2)
        self._connection.close()

    def _run(self) -> None:
        try:
            self._connection.connect()
            self._socket = self._connection.sock  # the connection forgets it when the answer begins
            if self._closed:
                return
            self._connection.request("POST", self._path, self._body, {"Content-Type": "application/json"})
            with _good(self._connection.getresponse()) as answer:
                self._tell(Reading(0, 1))
                self._read(answer)
        except ServerGone as error:
            self._told.put((self._number, error))
        except _TROUBLE as error:
            self._told.put((self._number, ServerGone(str(error))))
        finally:
            self._connection.close()

    def _read(self, answer: HTTPResponse) -> None:
        tokens, prompt_tokens, first = 0, 0, 0.0
        reason: Literal["stop", "cut"] | None = None
        for event in _events(answer):
            usage = event.get("usage") or {}
            prompt_tokens = int(usage.get("prompt_tokens", prompt_tokens))
            for choice in event.get("choices") or []:
                if text := str((choice.get("delta") or {}).get("content") or ""):
                    first = first or time.monotonic()
                    tokens += 1
                    self._tell(Writing(text))
                if ended := choice.get("finish_reason"):
                    reason = "stop" if ended == "stop" else "cut"
            late = self._settings.deadline and time.monotonic() > self._began + self._settings.deadline
            if late or tokens > 2 * self._settings.max_tokens:
                reason = "cut"
                break
        if reason is None:
            raise ServerGone("the answer broke off")
        now = time.monotonic()
        first = first or now
        self._tell(
            Written(
                reason, prompt_tokens, 0, tokens, prompt_seconds=first - self._began, generation_seconds=now - first
            )
        )

    def _tell(self, step: Step) -> None:
        self._told.put((self._number, step))


def _events(answer: HTTPResponse) -> Iterator[dict[str, Any]]:
    """The JSON objects of a stream of server-sent events."""
    while line := answer.readline(LINE):
        text = line.decode("utf-8", "replace").strip()
        if text == "data: [DONE]":
            return
        if text.startswith("data: "):
            event = json.loads(text[6:])
            if not isinstance(event, dict) or "error" in event:
                raise ServerGone("the server reports an error")
            yield event


def _first_model(url: str) -> str:
    connection = _connect(url, KNOCK)
    try:
        connection.request("GET", urlsplit(url).path + "/v1/models")
        with _good(connection.getresponse()) as answer:
            return str(json.loads(answer.read(LINE))["data"][0]["id"])
    finally:
        connection.close()


def _good(answer: HTTPResponse) -> HTTPResponse:
    """The answer if the server did what it was asked; to be closed, for it holds the connection then."""
    if answer.status != 200:
        answer.close()
        raise ServerGone(f"the server says {answer.status}")
    return answer


def _connect(url: str, timeout: float) -> HTTPConnection:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=timeout)
