"""One answer on its way through the engine, and how prompts are cut."""

import time
from dataclasses import dataclass, field

from nexus_appliance.inference.draft import Draft
from nexus_appliance.inference.language_model import Settings, Written
from nexus_appliance.inference.llama import Saved
from nexus_appliance.inference.prefixes import Key, key_of
from nexus_appliance.inference.sampling import Sampler

CHUNK = 512
"""Prompt tokens computed in one piece, counted from the beginning of a segment. Always the same pieces: so what is
computed is the same, bit for bit, whether the segments before were remembered or not."""


@dataclass(slots=True)
class Cut:
    """A prompt in tokens; `ends` of its segments, of which the last two (question, closing) are its own.

    `keys` name the beginnings that other prompts may have too, shortest first; `question` all but the closing.
    """

    tokens: list[int]
    ends: list[int]
    keys: list[Key] = field(init=False)
    question: Key = field(init=False)

    def __post_init__(self) -> None:
        self.keys = [key_of(self.tokens[:end]) for end in self.ends[:-2]]
        self.question = key_of(self.tokens[: self.question_end])

    def length(self, found: int) -> int:
        """How many tokens the first `found` beginnings hold."""
        return self.ends[found - 1] if found else 0

    @property
    def question_end(self) -> int:
        """Where the closing begins."""
        return self.ends[-2]


@dataclass(slots=True, eq=False)
class Work:
    """An answer: its prompt, the longest `found` beginning with its state, later its `slot` and what that holds.

    `read`: tokens of that state where it holds the question too. `computed` counts shared tokens that were computed for
    it; `prompt_seconds` and `generation_seconds` are its share of the time that pieces took, by tokens.
    """

    number: int
    cut: Cut
    settings: Settings
    draft: Draft
    sampler: Sampler
    found: int = 0
    saved: Saved | None = None
    read: int = 0
    slot: int = -1
    held: int = 0
    next: int = -1
    computed: int = 0
    evidence: float | None = None
    support: float | None = None
    declined: bool = False
    prompt_seconds: float = 0.0
    generation_seconds: float = 0.0
    since: float = field(default_factory=time.monotonic)
    ready_since: float = field(default_factory=time.monotonic)

    @property
    def ready(self) -> bool:
        """Whether everything that it shares is computed."""
        return self.found == len(self.cut.keys)

    @property
    def own(self) -> int:
        """Tokens of its own question that were not read by a worker before."""
        return 0 if self.read else self.cut.question_end - self.cut.length(len(self.cut.keys))

    @property
    def unshared(self) -> int:
        """Tokens of what it shares that are not computed yet."""
        return self.cut.length(len(self.cut.keys)) - self.cut.length(self.found)

    @property
    def unread(self) -> int:
        """Tokens of the question that are not computed yet."""
        return self.cut.question_end - self.held

    @property
    def late(self) -> bool:
        """Whether its deadline has passed."""
        return bool(self.settings.deadline) and time.monotonic() > self.since + self.settings.deadline

    def take(self, key: Key, saved: Saved) -> bool:
        """Use a beginning that has just been computed if it is one of ours."""
        if key not in self.cut.keys[self.found :]:
            return False
        self.found, self.saved = self.cut.keys.index(key) + 1, saved
        self.ready_since = time.monotonic()
        return True

    def written(self, *, late: bool = False) -> Written:
        """What is told at the end, which may have come too soon."""
        return Written(
            "declined" if self.declined else "cut" if late else self.draft.reason,
            prompt_tokens=len(self.cut.tokens),
            reused=(self.read or self.cut.length(len(self.cut.keys))) - self.computed,
            tokens=len(self.draft.tokens),
            prompt_seconds=self.prompt_seconds,
            generation_seconds=self.generation_seconds,
            evidence=self.evidence,
            certainty=self.draft.certainty,
            support=self.support,
        )


@dataclass(slots=True)
class Job:
    """A beginning that is being computed in the spare sequence: for `work` and all who wait for it, or for later."""

    cut: Cut
    node: int
    held: int
    work: Work | None = None

    @property
    def key(self) -> Key:
        """The name of the beginning."""
        return self.cut.keys[self.node]

    @property
    def chunk(self) -> list[int]:
        """The next tokens, none when it is whole."""
        return self.cut.tokens[self.held : min(self.held + CHUNK, self.cut.ends[self.node])]
