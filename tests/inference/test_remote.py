"""An inference server on the school's network: a scripted one here, the real one in test_llama_server."""

import asyncio
import gc
import json
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.inference.language_model import Settings, Writing, Written
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.remote import RemoteModel, ServerGone, checked_url, reachable
from nexus_appliance.inference.scheduler import Limits, Scheduler, Token
from tests.inference.conftest import QUICK, ask, events, text_of, until
from tests.inference.models import SMALL, model_file


class Server(ThreadingHTTPServer):
    """Says every word of the question, `pause` seconds apart; breaks off, lies or hangs as it is told."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.pause = 0.0
        self.behave = ""
        self.asked: list[dict[str, Any]] = []
        self.broken = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        self.broken += 1


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        """Not in the output of tests."""

    def do_GET(self) -> None:
        self._head()
        self.wfile.write(json.dumps({"data": [{"id": "besar"}]}).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        if self.server.behave == "refuse":
            self.send_error(503)
            return
        self._head()
        words = body["messages"][1]["content"].split()[: body["max_tokens"]]
        try:
            for word in words:
                self._event({"choices": [{"delta": {"content": f"{word} "}, "finish_reason": None}]})
                time.sleep(self.server.pause)
                if self.server.behave == "break":
                    return
                if self.server.behave == "rubbish":
                    self.wfile.write(b"data: {not json\n\n")
            self._event({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7}})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.server.broken += 1

    def _head(self) -> None:
        self.send_response(200)
        self.end_headers()

    def _event(self, event: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.flush()


@contextmanager
def server(port: int = 0) -> Iterator[Server]:
    made = Server(port)
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()


def written(model: RemoteModel, number: int) -> tuple[str, Written]:
    text, deadline = "", time.monotonic() + 20
    while time.monotonic() < deadline:
        for found, step in model.step():
            assert found == number
            if isinstance(step, Writing):
                text += step.text
            elif isinstance(step, Written):
                return text, step
    raise AssertionError("nothing came")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://192.168.1.9:8000/v1",
        "https://10.0.0.3",
        "http://localhost:1",
        "http://[::1]:80",
    ],
)
def test_servers_of_the_own_network_may_be_named(url: str) -> None:
    assert checked_url(url) == url.removesuffix("/v1")


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8:80", "http://api.example.com", "https://openai.example/v1", "ftp://192.168.1.9",
        "192.168.1.9:80", "http://169.254.169.254/latest", "http://0.0.0.0:80", "http://a:b@127.0.0.1", "http://127.0.0.1:99999",
        "http://127.0.0.1/?x=1", "", "http://", "http://224.0.0.1",
    ],
)  # fmt: skip
def test_no_other_server_may(url: str) -> None:
    with pytest.raises(Invalid) as error:
        checked_url(url)
    assert error.value.values["name"] == "inference_url"
    assert not reachable(url)


@given(st.text(max_size=60))
def test_whatever_is_written_as_an_address_is_judged(url: str) -> None:
    with suppress(Invalid):
        assert checked_url(url).startswith("http")


def test_an_answer_comes_word_by_word() -> None:
    with server() as there:
        model = RemoteModel(there.url, system="Kamu guru.", sequences=3)
        assert (model.speeds.sequences, model.speeds.server) == (3, there.url)
        model.add(1, Prompt("S", "tiga?", ("satu ", "dua ")), Settings(5, ("X",), 4, 0.5, schema='{"type": "object"}'))
        assert written(model, 1)[0] == "satu dua tiga? "
        assert not model.busy
        body = there.asked[-1]
        assert (body["model"], body["stop"], body["seed"], body["temperature"]) == ("besar", ["X"], 4, 0.5)
        assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_cancelling_breaks_the_connection() -> None:
    with server() as there:
        model = RemoteModel(there.url, system="", sequences=2)
        there.pause = 0.05
        model.add(1, Prompt("", "kata " * 400), Settings(400))
        while not model.step():
            pass
        model.cancel(1)
        assert not model.busy
        deadline = time.monotonic() + 10
        while not there.broken and time.monotonic() < deadline:
            time.sleep(0.02)
        assert there.broken
        assert model.step() == []


@pytest.mark.parametrize("behaviour", ["break", "rubbish", "refuse"])
def test_a_server_that_does_not_keep_to_it_is_gone(behaviour: str) -> None:
    with server() as there:
        model = RemoteModel(there.url, system="", sequences=2)
        there.behave = behaviour
        model.add(1, Prompt("", "a b c"), Settings(9))
        with pytest.raises(ServerGone):
            written(model, 1)


def be_refused(there: Server, how: str) -> None:
    """Ask a server that does not keep to it."""
    there.behave = ""
    model = RemoteModel(there.url, system="", sequences=2)
    there.behave = how
    model.add(1, Prompt("", "a b c"), Settings(9))
    with pytest.raises(ServerGone):
        written(model, 1)


@pytest.mark.parametrize("how", ["break", "rubbish", "refuse"])
def test_no_connection_is_left_open(how: str) -> None:
    with server() as there, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(5):
            be_refused(there, how)
        time.sleep(0.1)
        gc.collect()
    assert [str(one.message) for one in caught if issubclass(one.category, ResourceWarning)] == []


def test_nobody_there() -> None:
    with server() as there:
        url = there.url
    with pytest.raises(Unavailable) as error:
        RemoteModel(url, system="", sequences=1)
    assert error.value.code == Failure.MODEL_GONE


async def test_the_machine_stands_in_for_a_server_that_is_gone_and_goes_back(tmp_path: Path) -> None:
    model_file(SMALL)
    with server() as there:
        there.pause = 0.02
        port = there.server_address[1]
        config = Config(
            home=tmp_path, model=SMALL, model_threads=1, model_context=256, model_answers=2, inference_url=there.url
        )
        scheduler = Scheduler(config, limits=Limits(pause=0.05, server=0.3, grace=1))
        await scheduler.start()
        await until(lambda: scheduler.status().state == "ready")
        assert scheduler.status().server == there.url
        assert text_of(await events(scheduler, ask("satu dua"))) == "satu dua"
        got = []
        async with aclosing(scheduler.stream(ask("kata " * 60, max_tokens=12))) as stream:
            async for event in stream:
                got.append(event)
                if isinstance(event, Token) and there.behave != "break":
                    there.behave = "break"
                    await asyncio.to_thread(there.shutdown)
                    there.server_close()
    assert text_of(got)
    assert scheduler.status().server == ""
    with server(port) as back:
        await until(lambda: scheduler.status().server == back.url)
        assert text_of(await events(scheduler, ask("tiga empat"))) == "tiga empat"
    await scheduler.close()


async def test_without_a_model_of_its_own_a_machine_waits_for_the_server(tmp_path: Path) -> None:
    with server() as there:
        config = Config(home=tmp_path, model_file="none.gguf", model_sha256="0" * 64, inference_url=there.url)
        scheduler = Scheduler(config, limits=QUICK)
        await scheduler.start()
        assert text_of(await events(scheduler, ask("satu dua"))) == "satu dua"
        await scheduler.close()
