"""How fast a model is on this machine, as it was measured, and what follows for how it is held."""

import contextlib
import hashlib
import json
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

FORMAT = 1
MOST_THREADS = 8
"""More bring nothing: generation is bound by memory, and every barrier waits for the slowest thread."""

GROUP = 16
"""Answers at once with which the time of a common token is measured."""

MOST_SEQUENCES = 32
SLOWEST_ANSWER = 30.0
"""Seconds that an answer may take among as many as are written at once: then a student asks something else."""

QUESTION, ANSWER = 350, 60
"""Tokens of a usual prompt and answer."""

NEW = 0.5
"""The part of a prompt that is not remembered, in a class that asks about the same pages."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Speeds of one model file: `prompt` and `generation` in tokens/s.

    `single` and `group`: seconds of one token of one answer, and of `GROUP` answers. `guesses`: tokens worth guessing,
    0 where that does not pay; `token_bytes`: what one token takes in memory.
    """

    prompt: float
    generation: float
    single: float
    group: float
    threads: int
    repacked: bool
    guesses: int
    token_bytes: int

    def seconds(self, answers: int) -> float:
        """How long one token of so many answers takes; between what was measured on a straight line."""
        slope = (self.group - self.single) / (GROUP - 1)
        return self.single + max(0.0, slope) * (answers - 1)

    def together(self, answers: int) -> float:
        """Tokens/s of so many answers together."""
        return answers / self.seconds(answers)

    def sequences(self, memory: int, context: int) -> int:
        """How many answers to write at once: as many as `memory` bytes hold and students bear."""
        held = memory // max(1, self.token_bytes * context)
        for number in (MOST_SEQUENCES, 24, GROUP, 12, 8, 6):
            reading = number * NEW * QUESTION / self.prompt
            if number <= held and reading + ANSWER * self.seconds(number) <= SLOWEST_ANSWER:
                return number
        return max(1, min(4, held))


def kept_profile(folder: Path, sha256: str, threads: int) -> Profile | None:
    """What was measured of a model file on this machine with so many threads (0: as usual); None: nothing yet."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Profile(**json.loads(place_of(folder, sha256, threads or usual_threads()).read_text("utf-8")))
    return None


def place_of(folder: Path, sha256: str, threads: int) -> Path:
    """Where it is kept."""
    return folder / f"{sha256[:12]}-{_machine(threads)}.json"


def usual_threads() -> int:
    """The physical cores that this process may use, at most `MOST_THREADS`."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed, MOST_THREADS))


def _machine(threads: int) -> str:
    """A short name for what the speeds depend on."""
    about = [FORMAT, platform.processor(), platform.machine(), platform.node(), os.cpu_count(), threads]
    return hashlib.sha256(repr([*about, version("llama-cpp-python")]).encode()).hexdigest()[:8]
