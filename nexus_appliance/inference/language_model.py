"""What the worker expects of a language model, whatever runs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from nexus_appliance.inference.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Settings:
    """How to write one answer; see `events.Request`."""

    max_tokens: int
    stop: tuple[str, ...] = ()
    seed: int = 0
    temperature: float = 0.0
    least_evidence: float | None = None


@dataclass(frozen=True, slots=True)
class Speeds:
    """Measured at load: prompt and generation in tokens/s, load in seconds."""

    prompt: float
    generation: float
    load: float
    threads: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of the prompt was read."""

    tokens: int
    of: int


@dataclass(frozen=True, slots=True)
class Writing:
    """A token was generated; `text` is empty while a character or a stop string may be incomplete."""

    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """The answer's end, with token counts and seconds; what the model showed as in `events.Finished`."""

    reason: Literal["stop", "cut", "declined"]
    prompt_tokens: int
    reused: int
    tokens: int
    prompt_seconds: float
    generation_seconds: float
    evidence: float | None = None
    certainty: float = 0.0
    support: float | None = None


Step = Reading | Writing | Written


class LanguageModel(Protocol):
    """One loaded model. `generate` belongs to one thread; `count` may be called from another meanwhile."""

    speeds: Speeds

    def count(self, text: str) -> int:
        """The number of tokens of a plain text."""
        ...

    def generate(self, prompt: Prompt, settings: Settings) -> Iterator[Step]:
        """Answer step by step; closing the iterator cancels. Raises `Invalid` (prompt_too_long)."""
        ...
