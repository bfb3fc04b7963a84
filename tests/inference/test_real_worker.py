"""The scheduler with a real worker process and a real, small model."""

import asyncio
import hashlib
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.scheduler import Event, Finished, Limits, Request, Restarted, Scheduler, Token
from tests.inference.conftest import events, text_of, until
from tests.inference.models import SMALL, model_file

ABOUT_RAIN = Prompt("Answer briefly.", "Explain how clouds and rain are made, in many sentences.")


@asynccontextmanager
async def running(config: Config, limits: Limits | None = None) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(config, system=ABOUT_RAIN.system, limits=limits)
    await scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.close()


def small(home: Path) -> Config:
    model_file(SMALL)
    return Config(home=home, model=SMALL, model_threads=1, model_context=256)


async def test_loads_measures_counts_answers_and_survives_kills(tmp_path: Path) -> None:
    request = Request("ani", ABOUT_RAIN, 16)
    async with running(small(tmp_path)) as scheduler:
        assert scheduler.status().state == "loading"
        assert await scheduler.count("hujan 🌧 turun") > 3
        status = scheduler.status()
        assert (status.state, status.threads) == ("ready", 1)
        assert status.prompt_speed > status.generation_speed > 0
        first = await events(scheduler, request)
        assert isinstance(first[-1], Finished)
        assert first[-1].reused > 0
        killed = False
        again = []
        async with aclosing(scheduler.stream(request)) as stream:
            async for event in stream:
                again.append(event)
                if isinstance(event, Token) and not killed:
                    os.kill(scheduler.status().pid, signal.SIGKILL)
                    killed = True
        assert text_of(again[again.index(Restarted()) :]) == text_of(first)


def class_of(home: Path) -> Config:
    """Four answers at once."""
    return replace(small(home), model_answers=4, queue_limit=200)


async def ask_about(scheduler: Scheduler, student: str, number: int, tokens: int = 12) -> list[Event]:
    return await events(scheduler, Request(student, Prompt(ABOUT_RAIN.system, f"What is {number} times two?"), tokens))


async def test_a_class_does_not_notice_that_the_worker_is_killed(tmp_path: Path) -> None:
    async with running(class_of(tmp_path)) as scheduler:
        await scheduler.count("warm")
        asked = [asyncio.create_task(ask_about(scheduler, f"siswa{n}", n)) for n in range(12)]
        await until(lambda: scheduler.status().running == 4)
        killed = time.monotonic()
        os.kill(scheduler.status().pid, signal.SIGKILL)
        await until(lambda: scheduler.status().restarts == 1 and scheduler.status().running == 4)
        assert time.monotonic() - killed < 15
        for told in await asyncio.gather(*asked):
            assert isinstance(told[-1], Finished)


async def test_questions_that_were_read_are_not_read_again_after_a_kill(tmp_path: Path) -> None:
    told: list[list[Event]] = [[], [], [], []]

    async def one(scheduler: Scheduler, number: int) -> None:
        prompt = Prompt(ABOUT_RAIN.system, f"Write a long story about {number} clouds and the rain that they bring.")
        async with aclosing(scheduler.stream(Request(f"siswa{number}", prompt, 60))) as stream:
            async for event in stream:
                told[number].append(event)

    async with running(class_of(tmp_path)) as scheduler:
        await scheduler.count("warm")
        asked = [asyncio.create_task(one(scheduler, number)) for number in range(4)]
        await until(lambda: all(any(isinstance(event, Token) for event in seen) for seen in told))
        os.kill(scheduler.status().pid, signal.SIGKILL)
        await asyncio.gather(*asked)
    for seen in told:
        if Restarted() in seen:
            last = seen[-1]
            assert isinstance(last, Finished)
            assert last.prompt_tokens - last.reused < 12, "the closing alone"
    assert sum(Restarted() in seen for seen in told) >= 2


async def test_ten_who_flood_do_not_starve_the_eleventh(tmp_path: Path) -> None:
    order: list[str] = []

    async def one(scheduler: Scheduler, student: str, number: int) -> None:
        await ask_about(scheduler, student, number, tokens=4)
        order.append(student)

    async with running(class_of(tmp_path)) as scheduler:
        await scheduler.count("warm")
        flood = [asyncio.create_task(one(scheduler, f"siswa{n % 10}", n)) for n in range(60)]
        await until(lambda: len(order) >= 12)  # everybody has had a turn
        before = len(order)
        await one(scheduler, "tenang", 99)
        assert order.index("tenang") - before <= 2 * 4  # what was in hand, and what ends beside it
        await asyncio.gather(*flood)


async def test_a_long_answer_is_cancelled_at_once(tmp_path: Path) -> None:
    async with running(small(tmp_path)) as scheduler:
        async with aclosing(scheduler.stream(Request("ani", ABOUT_RAIN, 200))) as stream:
            async for event in stream:
                if isinstance(event, Token):
                    break
        await asyncio.wait_for(until(lambda: not scheduler.status().running), 30)


@pytest.mark.parametrize("damage", ["truncated", "not-a-gguf", "wrong-hash"])
async def test_a_bad_file_is_a_failure_with_a_name(tmp_path: Path, damage: str) -> None:
    good = model_file(SMALL).read_bytes()
    bad = {"truncated": good[:3_000_000], "not-a-gguf": b"<html>" * 1000, "wrong-hash": good[:1000]}[damage]
    (tmp_path / "bad.gguf").write_bytes(bad)
    sha256 = "0" * 64 if damage == "wrong-hash" else hashlib.sha256(bad).hexdigest()
    config = Config(home=tmp_path, model_file="bad.gguf", model_sha256=sha256)
    async with running(config, Limits(pause=0.05, failures=2)) as scheduler:
        with pytest.raises(Unavailable) as error:
            await events(scheduler, Request("ani", ABOUT_RAIN, 4))
        assert error.value.code == Failure.MODEL_GONE
        assert scheduler.status().failure == ("model_damaged" if damage == "wrong-hash" else "model_gone")


async def test_a_missing_file_is_named_and_found_when_it_comes(tmp_path: Path) -> None:
    real = model_file(SMALL)
    config = Config(
        home=tmp_path,
        model_file="later.gguf",
        model_sha256=hashlib.sha256(real.read_bytes()).hexdigest(),
        model_threads=1,
        model_context=256,
    )
    async with running(config, Limits(missing=0.1)) as scheduler:
        await until(lambda: scheduler.status().state == "missing")
        for ask in (scheduler.count("a"), events(scheduler, Request("ani", ABOUT_RAIN, 4))):
            with pytest.raises(Unavailable) as error:
                await ask
            assert error.value.code == Failure.MODEL_MISSING
        (tmp_path / "later.gguf").symlink_to(real)
        await until(lambda: scheduler.status().state == "ready")
        assert isinstance((await events(scheduler, Request("ani", ABOUT_RAIN, 4)))[-1], Finished)
