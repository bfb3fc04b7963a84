"""What one asks of the scheduler, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from nexus_appliance.inference.fair_queue import Priority
from nexus_appliance.inference.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Request:
    """One answer to write: `student` is the key of fairness, `max_tokens` bounds the answer.

    `stop` strings end the answer and are not part of it. Temperature 0 always takes the likeliest token; above it,
    `seed` makes the choice repeatable. A model with a probe declines a question whose excerpts show less than
    `least_evidence` (log-odds); None: it is not asked. `grammar` (GBNF) or `schema` (of JSON) bound the form of the
    answer, and say nothing of its content. `deadline`: seconds after which the answer is of no use and is cut; 0: none.
    `wanted` tells how many students want this answer, at the moment it is called; None: one.
    """

    student: str
    prompt: Prompt
    max_tokens: int
    stop: tuple[str, ...] = ()
    seed: int = 0
    temperature: float = 0.0
    least_evidence: float | None = None
    grammar: str = ""
    schema: str = ""
    deadline: float = 0.0
    priority: Priority = field(default="interactive")
    wanted: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The question stands at `position` (1: next); the first word comes in about `seconds`, the last in `whole`."""

    position: int
    seconds: float
    whole: float = 0.0


@dataclass(frozen=True, slots=True)
class Started:
    """The model reads the question now, perhaps with others; the first word and the last come in about so long."""

    seconds: float = field(default=0.0, compare=False)
    whole: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Restarted:
    """The model died and will be asked again from the start: text that was shown is void."""


@dataclass(frozen=True, slots=True)
class Token:
    """The next stretch of the answer; never half a character, never part of a stop string."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is complete; `tokens` counts what was generated, `reused` the prompt tokens that were remembered.

    `reason` is "cut" when the model did not end it: at its limit, or caught in a loop; "declined" when the excerpts
    show too little, and nothing was written. `evidence` is what they show (None without a probe), `certainty` the mean
    log-probability of the tokens (0 without any), `support` the log-odds that the excerpts say what was written (None
    without a probe or an answer).
    """

    reason: Literal["stop", "cut", "declined"]
    prompt_tokens: int
    tokens: int
    reused: int = 0
    prompt_seconds: float = 0.0
    generation_seconds: float = 0.0
    evidence: float | None = None
    certainty: float = 0.0
    support: float | None = None


Event = Waiting | Started | Restarted | Token | Finished

State = Literal["loading", "ready", "missing", "failed", "closed"]


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """The model as an administrator sees it; speeds in tokens/s, 0 until measured; `failure` a `Failure` code.

    `running` answers are being written, of at most `room`; `batch_speed` is what these then give together.
    `server`: the URL of the machine that writes, empty for this one.
    """

    state: State
    model: str
    prompt_speed: float
    generation_speed: float
    queue: int
    running: int = 0
    room: int = 0
    batch_speed: float = 0.0
    restarts: int = 0
    load_seconds: float = 0.0
    threads: int = 0
    failure: str = ""
    pid: int = 0
    server: str = ""

    @property
    def resting(self) -> bool:
        """Whether other work may have the machine: nothing is asked, and its speed is not being measured."""
        return self.state != "loading" and not self.running and not self.queue
