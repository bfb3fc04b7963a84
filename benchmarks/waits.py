"""Is the wait that students are told true? `python -m benchmarks.waits`: 96 students ask within a minute.

The real model behind the real scheduler, questions about eight passages and answers of 64 tokens; each time that a
student is told is held against the moment when the first word came. Writes results/waits.json. About four minutes.
"""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from benchmarks.results import write_results
from benchmarks.workloads import ANSWER, workloads
from nexus_appliance.config import Config
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.scheduler import Request, Scheduler, Started, Token, Waiting
from nexus_appliance.tutoring.prompts import SYSTEM

STUDENTS = 96
WITHIN = 60.0
"""Seconds in which all of them ask."""

SHORT = 3.0
"""Seconds by which nobody minds to be told wrongly."""

Told = list[tuple[float, float]]
"""Seconds that were told, and that it then took."""


async def measure(home: Path) -> dict[str, Any]:
    """What everybody is told."""
    scheduler = Scheduler(Config(home=home), system=SYSTEM)
    await scheduler.start()
    await scheduler.count("siap")
    _, cold, warm = workloads(lambda text: len(text) // 4)
    dice = random.Random(3)
    prompts = [dice.choice([*cold.prompts, *warm.prompts]) for _ in range(STUDENTS)]
    told = await asyncio.gather(*(ask(scheduler, number, prompt, dice) for number, prompt in enumerate(prompts)))
    room = scheduler.status().room
    await scheduler.close()
    return {"students": STUDENTS, "room": room, **figures([one for some in told for one in some])}


async def ask(scheduler: Scheduler, number: int, prompt: Prompt, dice: random.Random) -> Told:
    """One student, who comes at a moment of the own."""
    await asyncio.sleep(dice.random() * WITHIN)
    told: list[tuple[float, float]] = []
    began = 0.0
    async with aclosing(scheduler.stream(Request(f"siswa{number}", prompt, ANSWER))) as events:
        async for event in events:
            if isinstance(event, Waiting | Started):
                told.append((time.monotonic(), event.seconds))
            elif isinstance(event, Token) and not began:
                began = time.monotonic()
    return [(seconds, began - moment) for moment, seconds in told if began]


def figures(told: Sequence[tuple[float, float]]) -> dict[str, float]:
    """The share that was told within a factor of two, or wrongly by a moment only; and the ratio told / true."""
    right = [(said <= 2 * took and took <= 2 * said) or abs(said - took) <= SHORT for said, took in told]
    ratios = sorted(said / took for said, took in told if took > SHORT)
    cuts = statistics.quantiles(ratios, n=20, method="inclusive")
    spread = {f"ratio_p{5 * place}": round(cuts[place - 1], 2) for place in (1, 5, 10, 15, 19)}
    return {"told": len(told), "within_factor_two": round(sum(right) / len(right), 3), **spread}


def main() -> None:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as home:
        write_results("waits", asyncio.run(measure(Path(home))), load)


if __name__ == "__main__":
    main()
