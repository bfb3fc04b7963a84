"""A real llama-server on this machine in the place of a larger one on the school's network."""

import json
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from benchmarks.llama_server import PORT, serving
from nexus_appliance.config import Config
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.scheduler import Finished, Limits, Request, Restarted, Scheduler, Started, Token
from tests.inference.conftest import events, text_of, until
from tests.inference.models import SMALL, model_file

pytestmark = [pytest.mark.model, pytest.mark.timeout(1800)]

URL = f"http://127.0.0.1:{PORT}"
RAIN = Prompt("Answer briefly.", "Explain how clouds and rain are made, in many sentences.")


@pytest.fixture
def there() -> Iterator[None]:
    with serving(model_file(SMALL), 2, 512, 1):
        yield


def settings(home: Path) -> Config:
    return Config(
        home=home, model=SMALL, model_threads=1, model_context=256, model_answers=2, inference_url=f"{URL}/v1"
    )


async def test_it_streams_stops_and_keeps_to_a_form(there: None, tmp_path: Path) -> None:
    scheduler = Scheduler(settings(tmp_path))
    await scheduler.start()
    try:
        got = await events(scheduler, Request("ani", RAIN, 24))
        assert scheduler.status().server == URL
        assert sum(isinstance(event, Token) for event in got) > 5
        assert isinstance(got[-1], Finished)
        assert got[-1].reason == "cut"
        assert got[-1].prompt_tokens > 10
        again = await events(scheduler, Request("ani", RAIN, 24))
        assert text_of(again) == text_of(got)
        async with aclosing(scheduler.stream(Request("ani", RAIN, 200))) as stream:
            async for event in stream:
                if isinstance(event, Token):
                    break
        await until(lambda: scheduler.status().running == 0)
        schema = json.dumps({"type": "object", "properties": {"page": {"type": "integer"}}, "required": ["page"]})
        form = await events(scheduler, Request("budi", RAIN, 40, schema=schema))
        assert set(json.loads(text_of(form))) == {"page"}
    finally:
        await scheduler.close()


async def test_when_it_is_gone_this_machine_answers(tmp_path: Path) -> None:
    scheduler = Scheduler(settings(tmp_path), limits=Limits(pause=0.05, server=600, grace=1))
    got = []
    try:
        with serving(model_file(SMALL), 2, 512, 1) as process:
            await scheduler.start()
            async with aclosing(scheduler.stream(Request("ani", RAIN, 400))) as stream:
                async for event in stream:
                    got.append(event)
                    if isinstance(event, Started):
                        process.kill()
                        process.wait()
        assert isinstance(got[-1], Finished)
        assert text_of(got[got.index(Restarted()) :])
        assert scheduler.status().server == ""
    finally:
        await scheduler.close()
