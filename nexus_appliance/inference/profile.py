"""How fast a model is on this machine: measured once, kept, and what follows for how it is held."""

import contextlib
import hashlib
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import psutil

from nexus_appliance.inference.llama import LlamaFile, Shape, Stretch
from nexus_appliance.inference.work import CHUNK

FORMAT = 1
MOST_THREADS = 8
"""More bring nothing: generation is bound by memory, and every barrier waits for the slowest thread."""

GROUP = 16
"""Answers at once with which the time of a common token is measured."""

GUESSES = 4
"""Tokens of a guess."""

RIGHT = 0.6
"""How often the next token of a guess is right where an answer copies."""

MOST_SEQUENCES = 32
SLOWEST_TOKEN = 0.6
"""Seconds between two tokens of an answer when all sequences are used: about as fast as a student reads aloud."""

QUESTION, ANSWER = 350, 60
"""Tokens of a usual prompt and answer, by which ways to hold a model are compared."""

_SAMPLE = "Air laut menguap karena panas matahari, lalu menjadi awan dan turun sebagai hujan di pegunungan. "


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
        for number in (MOST_SEQUENCES, 24, GROUP, 12, 8, 4):
            if number <= held and self.seconds(number) <= SLOWEST_TOKEN:
                return number
        return max(1, min(4, held))


def profile_of(path: Path, sha256: str, folder: Path, threads: int) -> Profile:
    """What was measured of a model file on this machine; measured now if it never was. Raises as `LlamaFile`."""
    threads = threads or usual_threads()
    kept = folder / f"{sha256[:12]}-{_machine(threads)}.json"
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Profile(**json.loads(kept.read_text("utf-8")))
    profile = min((measure(path, threads, repacked=way) for way in (False, True)), key=_cost)
    with contextlib.suppress(OSError):  # NOTE: a folder that cannot be written to costs only the time of measuring
        folder.mkdir(parents=True, exist_ok=True)
        kept.with_suffix(".part").write_text(json.dumps(asdict(profile)), "utf-8")
        kept.with_suffix(".part").replace(kept)
    return profile


def measure(path: Path, threads: int, *, repacked: bool) -> Profile:
    """Load the model in one way and time it; the first tokens only bring the weights into memory."""
    file = LlamaFile(path, Shape(GROUP, 2 * CHUNK, CHUNK, threads, repacked))
    try:
        tokens = file.tokenise(_SAMPLE * 40, special=False)[: 2 * CHUNK]
        file.decode([Stretch(0, 0, tokens[:16])])
        file.forget(0)
        prompt = _time(lambda: file.decode([Stretch(0, 0, tokens[:CHUNK])]), 1)
        saved = file.save(0)
        for sequence in range(1, GROUP):
            file.restore(sequence, saved)

        held = [CHUNK] * GROUP

        def write(answers: int, each: int) -> None:
            line = tokens[:each]
            file.decode([Stretch(answer, held[answer], line, every=True) for answer in range(answers)])
            for answer in range(answers):
                held[answer] += each

        single, group, guess = (_time(partial(write, *form), 3) for form in ((1, 1), (GROUP, 1), (1, 1 + GUESSES)))
        pays = guess < single * _expected() and file.forget(0, CHUNK)
        return Profile(
            prompt=CHUNK / prompt,
            generation=1 / single,
            single=single,
            group=group,
            threads=threads,
            repacked=repacked,
            guesses=GUESSES if pays else 0,
            token_bytes=file.token_bytes,
        )
    finally:
        file.close()


def usual_threads() -> int:
    """The physical cores that this process may use, at most `MOST_THREADS`."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed, MOST_THREADS))


def _cost(profile: Profile) -> float:
    """Seconds of a usual answer alone, and of one among many."""
    return 2 * QUESTION / profile.prompt + ANSWER * (profile.single + profile.group / GROUP)


def _expected() -> float:
    """Tokens that a step with a guess brings on average, each next one being right with a chance of `RIGHT`."""
    return sum(RIGHT**number for number in range(GUESSES + 1))


def _time(work: Callable[[], None], times: int) -> float:
    """The shortest time of several, in seconds."""
    found = []
    for _ in range(times):
        began = time.monotonic()
        work()
        found.append(time.monotonic() - began)
    return min(found)


def _machine(threads: int) -> str:
    """A short name for what the speeds depend on."""
    about = [FORMAT, platform.processor(), platform.machine(), platform.node(), os.cpu_count(), threads]
    return hashlib.sha256(repr([*about, version("llama-cpp-python")]).encode()).hexdigest()[:8]
