"""The model is loaded again, as the recipe says then, without a question being lost."""

import asyncio
from contextlib import aclosing
from pathlib import Path

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.inference import brought
from nexus_appliance.inference.brought import Choice
from nexus_appliance.inference.scheduler import Scheduler, Started, Token
from tests import fakes_model
from tests.inference.conftest import QUICK, Running, ask, events, text_of, until


async def test_an_idle_model_is_loaded_again(scripted: Running) -> None:
    async with scripted() as scheduler:
        before = scheduler.status().pid
        scheduler.renew()
        await until(lambda: scheduler.status().state == "ready" and scheduler.status().pid not in (0, before))
        assert text_of(await events(scheduler, ask("air laut"))) == "air laut"
        assert scheduler.status().restarts == 0  # it was wanted


async def test_the_question_in_hand_is_answered_first_and_the_others_wait(scripted: Running) -> None:
    async with scripted(delay=0.05) as scheduler:
        before = scheduler.status().pid
        async with aclosing(scheduler.stream(ask("satu dua tiga empat lima"))) as stream:
            assert await anext(stream) == Started()
            await asyncio.to_thread(scheduler.renew)
            waiting = asyncio.create_task(events(scheduler, ask("enam", "budi")))
            written = [event async for event in stream]
        assert text_of(written) == "satu dua tiga empat lima"
        assert text_of(await waiting) == "enam"
        assert scheduler.status().pid != before


async def test_it_may_be_asked_again_while_it_loads(scripted: Running) -> None:
    async with scripted(load=0.3) as scheduler:
        scheduler.renew()
        await until(lambda: scheduler.status().state == "loading")
        scheduler.renew()
        assert text_of(await events(scheduler, ask("a"))) == "a"


async def test_a_model_that_cannot_be_loaded_is_left_for_one_that_can(tmp_path: Path) -> None:
    broken = True

    def recipe() -> dict[str, object]:
        if broken:
            raise Unavailable(Failure.MODEL_MISSING, model="a", file="a.gguf")
        return {}

    slow = QUICK.__class__(load=60, silence=30, retry=600, missing=600, pause=0.05, longest_pause=0.2, grace=1)
    scheduler = Scheduler(Config(home=tmp_path), entry=fakes_model.entry, recipe=recipe, limits=slow)
    await scheduler.start()
    await until(lambda: scheduler.status().state == "missing")
    broken = False
    scheduler.renew()  # nobody waits ten minutes
    await until(lambda: scheduler.status().state == "ready")
    assert any(isinstance(event, Token) for event in await events(scheduler, ask("a")))
    await scheduler.close()


async def test_the_status_names_the_chosen_model(tmp_path: Path) -> None:
    scheduler = Scheduler(Config(home=tmp_path), entry=fakes_model.entry, recipe=dict, limits=QUICK)
    assert scheduler.status().model == Config().model
    brought.choose(tmp_path / "models", Choice("smollm2-135m-instruct-q4_1", Config().model))
    scheduler.renew()
    assert scheduler.status().model == "smollm2-135m-instruct-q4_1"
