"""What the worker expects of a language model, whatever runs it."""

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
    grammar: str = ""
    schema: str = ""
    deadline: float = 0.0


@dataclass(frozen=True, slots=True)
class Speeds:
    """Measured: prompt and generation of one answer in tokens/s, load in seconds.

    `batch`: tokens/s of all answers together when `sequences` are written at once. `server`: the URL of another machine
    that writes; empty: this one.
    """

    prompt: float
    generation: float
    load: float
    threads: int
    sequences: int = 1
    batch: float = 0.0
    server: str = ""


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


class Gone(Exception):
    """What runs the model is gone: its worker can do nothing more and ends."""


class LanguageModel(Protocol):
    """One loaded model that writes several answers at once. It belongs to one thread, but for `count`."""

    speeds: Speeds

    @property
    def busy(self) -> bool:
        """Whether `step` has something to do."""
        ...

    def count(self, text: str) -> int:
        """The number of tokens of a plain text; may be called from another thread."""
        ...

    def add(self, number: int, prompt: Prompt, settings: Settings) -> None:
        """Begin another answer, of which `step` tells by its number.

        At most `speeds.sequences` at once. Raises `Invalid` (prompt_too_long, grammar_invalid).
        """
        ...

    def cancel(self, number: int) -> None:
        """Stop an answer; nothing more is told of it."""
        ...

    def prepare(self, prompt: Prompt) -> None:
        """Compute what is shared of a prompt when there is nothing else to do, and keep it."""
        ...

    def step(self) -> list[tuple[int, Step]]:
        """Compute for a moment (a share of prompt tokens, see `Engine`, and one token of each answer), tell what came.

        Raises `Gone`.
        """
        ...
