"""A language model that follows a script; it runs inside the real worker loop in a real child process.

The text of a prompt behind that of the system is the script: words separated by spaces are written one by one, except
`sleep:S` (compute for S seconds), `spin:N` (N silent steps), `die` (kill -9 oneself), `abort` (as GGML does),
`die-once:FILE` (die if FILE is not there, and leave it there), `hang` (stop for ever), `long` (the prompt is too long).
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from nexus_appliance.children import Pipe
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.inference.language_model import Reading, Settings, Speeds, Step, Writing, Written
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.worker import serve


class ScriptedModel:
    """Follows `sequences` scripts at once, one word of each in a step."""

    def __init__(self, delay: float, sequences: int) -> None:
        self.speeds = Speeds(100.0, 10.0, load=0.1, threads=2, sequences=sequences, batch=10.0 * sequences)
        self._delay = delay
        self._scripts: dict[int, Iterator[Step]] = {}

    @property
    def busy(self) -> bool:
        return bool(self._scripts)

    def count(self, text: str) -> int:
        return len(text.split())

    def add(self, number: int, prompt: Prompt, settings: Settings) -> None:
        assert len(self._scripts) < self.speeds.sequences
        if "long" in _words(prompt):
            raise Invalid(Failure.PROMPT_TOO_LONG, tokens=3000, limit=2047)
        self._scripts[number] = self._follow(prompt, settings)

    def cancel(self, number: int) -> None:
        self._scripts.pop(number, None)

    def prepare(self, prompt: Prompt) -> None:
        """There is nothing that a script would remember."""

    def step(self) -> list[tuple[int, Step]]:
        told = [(number, next(script)) for number, script in list(self._scripts.items())]
        for number, step in told:
            if isinstance(step, Written):
                del self._scripts[number]
        return told

    def _follow(self, prompt: Prompt, settings: Settings) -> Iterator[Step]:
        words = _words(prompt)
        yield Reading(len(words), len(words))
        written = 0
        for word in words:
            if written == settings.max_tokens:
                break
            time.sleep(self._delay)
            if (text := self._obey(word)) is None:
                yield Reading(len(words), len(words))
            else:
                written += 1
                yield Writing(text + " ")
        reason = "cut" if written == settings.max_tokens else "stop"
        yield Written(reason, len(words), 0, written, 0.1, 0.1)  # type: ignore[arg-type]

    def _obey(self, word: str) -> str | None:
        order, _, value = word.partition(":")
        match order:
            case "sleep":
                time.sleep(float(value))
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "abort":
                os.abort()
            case "die-once":
                if not Path(value).exists():
                    Path(value).touch()
                    os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                time.sleep(3600)
            case _:
                return word
        return None


def _words(prompt: Prompt) -> list[str]:
    return "".join([*prompt.shared, prompt.user]).split()


def entry(
    pipe: Pipe,
    *,
    delay: float = 0.0,
    load: float = 0.0,
    fail_until: str = "",
    die_until: str = "",
    sequences: int = 1,
) -> None:
    """Load for `load` seconds; until the named file exists, refuse to load, or die while loading."""
    time.sleep(load)
    if fail_until and not Path(fail_until).exists():
        error = Unavailable(Failure.MODEL_GONE, reason="scripted")
        pipe.send({"kind": "failed", "code": error.code.value, "values": error.values})
        return
    if die_until and not Path(die_until).exists():
        os.abort()
    serve(pipe, ScriptedModel(delay, sequences))
