"""A hundred students in a process of their own: `python -m benchmarks.class_clients`, driven by `school_class`.

Each does something every few seconds at a moment of his own: one of five times a question, else a page, a picture or
the history. Prints one JSON object.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.class_client import Asked, Visitor, open_all
from benchmarks.class_questions import Questions

SUBJECT = "informatika_10"
QUESTION_SHARE = 0.2
PATIENCE = 30.0
"""Seconds that the last questions have to be answered."""


class Lesson:
    """What happened."""

    def __init__(self, seed: int) -> None:
        self.asked: list[Asked] = []
        self.waits: list[float] = []
        self.drawn: list[float] = []
        self.errors: Counter[str] = Counter()
        self.requests = 0
        self.dice = random.Random(seed)
        self.questions = Questions(self.dice)

    async def act(self, visitor: Visitor) -> None:
        """One student does one thing."""
        self.requests += 1
        began = time.monotonic()
        try:
            if self.dice.random() < QUESTION_SHARE:
                question, common = self.questions.next()
                self.asked.append(await visitor.ask(question, common=common))
            elif visitor.pictures and self.dice.random() < 0.3:
                await visitor.load(self.dice.choice(visitor.pictures))
                self.drawn.append(time.monotonic() - began)
            elif self.dice.random() < 0.3:
                await visitor.open_history()
            else:
                await visitor.load("/")
                self.waits.append(time.monotonic() - began)
        except Exception as error:
            self.errors[type(error).__name__ + ": " + str(error)[:80]] += 1

    async def attend(self, visitor: Visitor, seconds: float, pause: float) -> None:
        """One student for the whole lesson."""
        end = time.monotonic() + seconds
        await asyncio.sleep(self.dice.random() * pause)
        while time.monotonic() < end:
            began = time.monotonic()
            await self.act(visitor)
            await asyncio.sleep(max(0.0, self.dice.uniform(0.5, 1.5) * pause - (time.monotonic() - began)))

    def figures(self, seconds: float) -> dict[str, Any]:
        """Shares, waits, errors."""
        answered = [one for one in self.asked if one.whole is not None and one.outcome in ("answered", "refused")]
        known = [one for one in answered if one.known]
        model = [one for one in answered if one.grew and not one.known]
        declined = [one for one in answered if not one.grew and not one.known]
        extract = [one for one in self.asked if one not in answered and (one.extract or one.outcome == "extract")]
        nothing = [one for one in self.asked if one.useful is None or one.outcome == "failed"]
        errors = sum(self.errors.values()) + len(nothing)
        return {
            "requests_per_minute": round(60 * self.requests / seconds),
            "questions": len(self.asked),
            "errors": round(errors / max(1, self.requests), 4),
            "errors_seen": dict(self.errors),
            "without_anything": len(nothing),
            **_spread("citations", [one.citations for one in self.asked]),
            **_spread("first_token", [one.first for one in self.asked]),
            **_spread("answer", [one.useful for one in self.asked]),
            **_spread("page", self.waits),
            "page_max_s": round(max(self.waits, default=0.0), 2),
            **_spread("picture", self.drawn),
            "picture_max_s": round(max(self.drawn, default=0.0), 2),
            "from_model": _kind(model, self.asked),
            "from_cache": _kind(known, self.asked),
            "from_extract": _kind(extract, self.asked),
            "declined": _kind(declined, self.asked),
            "full_answer_never_came": len(extract) + len(nothing),
            "model_answers_per_minute": round(60 * len(model) / seconds, 1),
            "outcomes": dict(Counter(one.outcome or "open" for one in self.asked)),
        }


def _spread(name: str, values: Sequence[float | None]) -> dict[str, float]:
    found = sorted(value for value in values if value is not None)
    if len(found) < 2:
        return {}
    cuts = statistics.quantiles(found, n=20, method="inclusive")
    return {f"{name}_p50_s": round(cuts[9], 3), f"{name}_p95_s": round(cuts[18], 3)}


def _kind(some: list[Asked], of: list[Asked]) -> dict[str, float]:
    return {"share": round(len(some) / max(1, len(of)), 3), **_spread("answer", [one.useful for one in some])}


async def lesson(
    url: str, people: list[dict[str, str]], seconds: float, rate: float, seed: int, begin: Callable[[], None]
) -> dict[str, Any]:
    """Everybody comes in, `begin` is called, and then the lesson runs; `rate`: requests a minute of all together."""
    visitors = await open_all(url, SUBJECT, people)
    begin()
    running = Lesson(seed)
    pause = 60 * len(visitors) / rate
    await asyncio.gather(*(running.attend(visitor, seconds, pause) for visitor in visitors))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and any(one.asked and one.asked.whole is None for one in visitors):  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    for visitor in visitors:
        await visitor.close()
    grown = sorted(moment for visitor in visitors for moment in visitor.grown)
    return {**running.figures(seconds), "asked": [asdict(one) for one in running.asked], "grown": grown}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("people", type=Path, help="JSON: a list of {username, password}")
    parser.add_argument("began", type=Path, help="is made when the lesson begins")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    people = json.loads(arguments.people.read_text("utf-8"))
    options = (arguments.seconds, arguments.rate, arguments.seed, arguments.began.touch)
    found = asyncio.run(lesson(arguments.url, people, *options))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
