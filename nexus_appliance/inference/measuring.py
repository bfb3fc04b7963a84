"""Measuring a model on this machine: once for each way to hold its weights, at its first start."""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from nexus_appliance.inference.llama import LlamaFile, Shape, Stretch
from nexus_appliance.inference.profile import ANSWER, GROUP, QUESTION, Profile, kept_profile, place_of, usual_threads

TIMED = 256
"""Prompt tokens that are timed."""

GUESSES = 4
"""Tokens of a guess."""

RIGHT = 0.6
"""How often the next token of a guess is right where an answer copies."""

_SAMPLE = "Air laut menguap karena panas matahari, lalu menjadi awan dan turun sebagai hujan di pegunungan. "


def profile_of(path: Path, sha256: str, folder: Path, threads: int) -> Profile:
    """What was measured of a model file on this machine; measured now if it never was. Raises as `LlamaFile`."""
    threads = threads or usual_threads()
    if known := kept_profile(folder, sha256, threads):
        return known
    kept = place_of(folder, sha256, threads)
    profile = min((measure(path, threads, repacked=way) for way in (False, True)), key=_cost)
    with contextlib.suppress(OSError):  # NOTE: a folder that cannot be written to costs only the time of measuring
        folder.mkdir(parents=True, exist_ok=True)
        kept.with_suffix(".part").write_text(json.dumps(asdict(profile)), "utf-8")
        kept.with_suffix(".part").replace(kept)
    return profile


def measure(path: Path, threads: int, *, repacked: bool) -> Profile:
    """Load the model in one way and time it; the first tokens only bring the weights into memory."""
    file = LlamaFile(path, Shape(GROUP, 2 * TIMED, TIMED, threads, repacked))
    try:
        tokens = file.tokenise(_SAMPLE * 40, special=False)[: 2 * TIMED]
        file.decode([Stretch(0, 0, tokens[:16])])
        file.forget(0)
        prompt = _time(lambda: file.decode([Stretch(0, 0, tokens[:TIMED])]), 1)
        saved = file.save(0)
        for sequence in range(1, GROUP):
            file.restore(sequence, saved)

        held = [TIMED] * GROUP

        def write(answers: int, each: int) -> None:
            line = tokens[:each]
            file.decode([Stretch(answer, held[answer], line, every=True) for answer in range(answers)])
            for answer in range(answers):
                held[answer] += each

        single, group, guess = (_time(partial(write, *form), 3) for form in ((1, 1), (GROUP, 1), (1, 1 + GUESSES)))
        pays = guess < single * _expected() and file.forget(0, TIMED)
        return Profile(
            prompt=TIMED / prompt,
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
