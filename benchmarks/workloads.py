"""What a class asks, in tokens: the same prompts for everyone who is compared."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nexus_appliance.config import ASSETS
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.tutoring.prompts import SYSTEM

STUDENTS = 32
ANSWER = 64
PASSAGES, PASSAGE, QUESTION = 8, 400, 30
SHARED, OWN = 300, 400

Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Workload:
    """Prompts that come at the same moment, and those that were asked before."""

    name: str
    before: list[Prompt]
    prompts: list[Prompt]


def workloads(count: Count) -> list[Workload]:
    """*unique*, then *class* cold and warm. `count` gives the tokens of a text."""
    dice = random.Random(5)
    words = Path(ASSETS / "demo" / "informatika_10.md").read_text("utf-8")
    words = re.sub(r"[^\w ,.]+", " ", words)
    source = words.split()

    def text(tokens: int) -> str:
        start = dice.randrange(len(source) // 2)
        return exactly(source[start:], tokens, count)

    system = f"{SYSTEM} {text(SHARED - count(SYSTEM) - 1)}"
    unique = [Prompt(system, text(OWN)) for _ in range(STUDENTS)]
    passages = [f"{text(PASSAGE)}\n\n" for _ in range(PASSAGES)]
    zipf = [1 / place for place in range(1, PASSAGES + 1)]

    def lesson() -> list[Prompt]:
        chosen = dice.choices(passages, zipf, k=STUDENTS)
        return [Prompt(SYSTEM, f"Pertanyaan: {text(QUESTION - 4)}?", (passage,)) for passage in chosen]

    cold, warm = lesson(), lesson()
    return [
        Workload("unique", [Prompt(system, "Halo")] * STUDENTS, unique),
        Workload("class_cold", [Prompt(SYSTEM, "Halo")] * STUDENTS, cold),
        Workload("class_warm", [], warm),  # what was asked before is the cold class
    ]


def exactly(words: Sequence[str], tokens: int, count: Count) -> str:
    """The first words that make so many tokens, or one or two less."""
    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(" ".join(words[:middle])) <= tokens else (low, middle - 1)
    return " ".join(words[:low])
