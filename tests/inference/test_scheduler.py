import asyncio
import os
import signal
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.inference.scheduler import Event, Finished, Restarted, Scheduler, Started, Token, Waiting
from tests.inference.conftest import QUICK, Running, ask, events, text_of, until


async def test_streams_an_answer(scripted: Running) -> None:
    async with scripted() as scheduler:
        got = await events(scheduler, ask("air laut menguap"))
    assert got[0] == Started()
    assert text_of(got) == "air laut menguap"
    assert isinstance(got[-1], Finished)
    assert (got[-1].reason, got[-1].prompt_tokens, got[-1].tokens) == ("stop", 3, 3)


async def test_the_answer_is_cut_at_its_length(scripted: Running) -> None:
    async with scripted() as scheduler:
        got = await events(scheduler, ask("a b c d", max_tokens=2))
    assert text_of(got) == "a b"
    assert isinstance(got[-1], Finished)
    assert got[-1].reason == "cut"


async def test_requests_wait_while_the_model_loads(scripted: Running) -> None:
    async with scripted(load=0.3, wait=False) as scheduler:
        assert scheduler.status().state == "loading"
        got = await events(scheduler, ask("a"))
        assert isinstance(got[0], Waiting)
        assert text_of(got) == "a"
        assert scheduler.status().prompt_speed == 100.0


async def test_counts_tokens_even_during_an_answer_and_a_load(scripted: Running) -> None:
    async with scripted(load=0.2, wait=False) as scheduler:
        assert await scheduler.count("satu dua tiga") == 3
        async with aclosing(scheduler.stream(ask("sleep:20"))) as stream:
            assert await anext(stream) == Started()
            assert await asyncio.wait_for(scheduler.count("satu dua"), 30) == 2


async def test_leaving_cancels_at_once(scripted: Running) -> None:
    async with scripted(delay=0.02) as scheduler:
        async with aclosing(scheduler.stream(ask("kata " * 2000, max_tokens=9999))) as stream:
            async for event in stream:
                if isinstance(event, Token):
                    break
        got = await asyncio.wait_for(events(scheduler, ask("berikut", "budi")), 30)
    assert text_of(got) == "berikut"


async def test_leaving_the_queue_gives_the_place_to_others(scripted: Running) -> None:
    async with scripted() as scheduler, aclosing(scheduler.stream(ask("sleep:0.3 a"))) as running:
        await anext(running)
        gone = scheduler.stream(ask("tidak", "budi"))
        first = await anext(gone)
        assert isinstance(first, Waiting)
        assert first.position == 1
        await gone.aclose()
        assert scheduler.status().queue == 0


async def test_a_prompt_that_is_too_long_is_refused(scripted: Running) -> None:
    async with scripted() as scheduler:
        with pytest.raises(Invalid) as error:
            await events(scheduler, ask("long"))
        assert error.value.code == Failure.PROMPT_TOO_LONG
        assert text_of(await events(scheduler, ask("lanjut"))) == "lanjut"


async def test_positions_count_down(scripted: Running) -> None:
    async with scripted() as scheduler:
        streams = [events(scheduler, ask("sleep:0.7 a", f"siswa{n}")) for n in range(4)]
        got = await asyncio.gather(*streams)
    for place, stream in enumerate(got):
        positions = [event.position for event in stream if isinstance(event, Waiting)]
        assert positions == sorted(positions, reverse=True)
        assert set(positions) == set(range(1, place + 1))
        waits = [event.seconds for event in stream if isinstance(event, Waiting)]
        assert waits == sorted(waits, reverse=True)


async def test_two_students_alternate(scripted: Running) -> None:
    order: list[str] = []

    async def one(scheduler: Scheduler, student: str) -> None:
        await events(scheduler, ask("sleep:0.02 a", student))
        order.append(student)

    async with scripted() as scheduler:
        await asyncio.gather(*(one(scheduler, student) for student in ["ani"] * 4 + ["budi"] * 4))
    assert order == ["ani", "ani", "budi", "ani", "budi", "ani", "budi", "budi"] or order[1:] == [
        "ani" if n % 2 else "budi" for n in range(7)
    ]


async def test_ten_flooding_students_do_not_starve_the_eleventh(scripted: Running) -> None:
    order: list[str] = []

    async def one(scheduler: Scheduler, student: str) -> None:
        try:
            await events(scheduler, ask("sleep:0.01 a", student))
        except Unavailable as error:
            assert error.code == Failure.QUEUE_FULL
            assert student != "tenang"
        order.append(student)

    async with scripted(queue_limit=50) as scheduler:
        flood = [f"siswa{n % 10}" for n in range(100)]
        async with asyncio.TaskGroup() as group:
            for student in flood:
                group.create_task(one(scheduler, student))
            await asyncio.sleep(0.05)
            before = len(order)
            group.create_task(one(scheduler, "tenang"))
    assert order.index("tenang") - before <= 13


async def test_a_full_queue_says_so(scripted: Running) -> None:
    async with scripted(queue_limit=1) as scheduler, aclosing(scheduler.stream(ask("sleep:5 a"))) as running:
        await anext(running)
        async with aclosing(scheduler.stream(ask("b", "budi"))) as waiting:
            await anext(waiting)
            with pytest.raises(Unavailable) as error:
                await events(scheduler, ask("c", "citra"))
            assert error.value.code == Failure.QUEUE_FULL


@pytest.mark.parametrize("death", ["die-once", "kill", "stop"])
async def test_a_dead_worker_is_replaced_and_asked_again(scripted: Running, tmp_path: Path, death: str) -> None:
    limits = QUICK if death != "stop" else replace(QUICK, silence=2)
    script = f"a b die-once:{tmp_path / 'died'} c" if death == "die-once" else "a b sleep:0.5 c"
    got: list[Event] = []
    async with scripted(limits=limits) as scheduler:
        async with aclosing(scheduler.stream(ask(script))) as stream, asyncio.TaskGroup() as group:
            other = None
            async for event in stream:
                got.append(event)
                if other is None and isinstance(event, Token) and event.text == "b ":
                    other = group.create_task(events(scheduler, ask("lain", "budi")))
                    if death != "die-once":
                        number = signal.SIGKILL if death == "kill" else signal.SIGSTOP
                        os.kill(scheduler.status().pid, number)
        assert other is not None
        assert text_of(other.result()) == "lain"
        assert not any(isinstance(event, Restarted) for event in other.result())
        assert scheduler.status().restarts >= 1
    again = got.index(Restarted())
    assert text_of(got[:again]).startswith("a b")
    assert text_of(got[again:]) == "a b c"
    assert isinstance(got[-1], Finished)


async def test_a_question_that_kills_every_worker_is_given_up(scripted: Running) -> None:
    async with scripted() as scheduler:
        asked = asyncio.ensure_future(events(scheduler, ask("a abort")))
        innocent = asyncio.ensure_future(events(scheduler, ask("lain", "budi")))
        with pytest.raises(Unavailable) as error:
            await asked
        assert error.value.code == Failure.MODEL_GONE
        assert text_of(await innocent) == "lain"
        assert scheduler.status().restarts == 3


async def test_counts_survive_a_death(scripted: Running) -> None:
    async with scripted() as scheduler:
        os.kill(scheduler.status().pid, signal.SIGSTOP)
        count = asyncio.ensure_future(scheduler.count("satu dua"))
        await asyncio.sleep(0.1)
        os.kill(scheduler.status().pid, signal.SIGKILL)
        assert await count == 2


async def test_killed_while_loading(scripted: Running) -> None:
    async with scripted(load=0.5, wait=False) as scheduler:
        await until(lambda: scheduler.status().pid > 0)
        waiting = asyncio.ensure_future(events(scheduler, ask("a")))
        await asyncio.sleep(0.1)
        os.kill(scheduler.status().pid, signal.SIGKILL)
        assert text_of(await waiting) == "a"
        assert scheduler.status().restarts >= 1


@pytest.mark.parametrize("how", ["fail_until", "die_until"])
async def test_a_model_that_never_loads_fails_and_recovers(scripted: Running, tmp_path: Path, how: str) -> None:
    repaired = tmp_path / "repaired"
    async with scripted(wait=False, **{how: str(repaired)}) as scheduler:
        with pytest.raises(Unavailable) as error:
            await events(scheduler, ask("a"))
        assert error.value.code == Failure.MODEL_GONE
        assert scheduler.status().state == "failed"
        assert scheduler.status().failure == "model_gone"
        assert scheduler.status().restarts == 2
        with pytest.raises(Unavailable):
            await events(scheduler, ask("a"))
        with pytest.raises(Unavailable):
            await scheduler.count("a")
        repaired.touch()
        await until(lambda: scheduler.status().state == "ready")
        assert text_of(await events(scheduler, ask("a"))) == "a"


async def test_closing_ends_everything(scripted: Running) -> None:
    async with scripted() as scheduler:
        running = asyncio.ensure_future(events(scheduler, ask("hang")))
        waiting = asyncio.ensure_future(events(scheduler, ask("a", "budi")))
        await until(lambda: scheduler.status().running > 0)
        pid = scheduler.status().pid
        await scheduler.close()
        for stream in (running, waiting):
            with pytest.raises(Unavailable):
                await stream
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert scheduler.status().state == "closed"


async def test_closing_while_loading_does_not_wait_for_it(scripted: Running) -> None:
    async with scripted(load=60, wait=False) as scheduler:
        await until(lambda: scheduler.status().pid > 0)
        await asyncio.wait_for(scheduler.close(), 30)
