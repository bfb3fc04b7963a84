"""How long things take on this machine: measured speeds, and what follows from them."""

from collections.abc import Sequence

from nexus_appliance.inference.events import Finished, Request
from nexus_appliance.inference.forecast import Load, forecast
from nexus_appliance.inference.language_model import Speeds
from nexus_appliance.inference.ticket import Ticket

LEAST_PASSAGES = 220
"""Tokens, however slow the machine is: on a busy one that gave 120, 47 % of 64 answers held the right one, against 77 %
with three whole passages."""

SLOW_ANSWER = 20.0
"""Seconds that an answer alone may take to write: a slow machine writes shorter ones."""

LEAST_ANSWER = 80
"""Tokens of an answer, however slow the machine is: one sentence."""

_FORM = 50
"""Prompt tokens that are neither passages nor question: template marks, labels, what the probe asks."""

_NEWEST = 0.2
"""Weight of the newest measurement in the running means: about the last five answers count."""


class Pace:
    """Running means of speed (tokens/s), characters per token and tokens per answer."""

    def __init__(self, share: int) -> None:
        """`share`: prompt tokens that the worker computes between two tokens of the answers, if little waits."""
        self.prompt_speed = 0.0
        self.generation_speed = 0.0
        self.characters_per_token = 3.0
        self._share = max(1, share)
        self._speeds = Speeds(0.0, 0.0, 0.0, 0)
        self._answer = 80.0
        self._new = 1.0  # the part of a prompt behind the system text that is not remembered

    def begin(self, speeds: Speeds) -> None:
        """Take what was measured of a freshly loaded model."""
        self._speeds = speeds
        self.prompt_speed, self.generation_speed = speeds.prompt, speeds.generation

    def learn(self, request: Request, finished: Finished) -> None:
        """Take what one answer showed; stretches too short to measure are left out.

        Its seconds are its part of what was computed for several at once.
        """
        read = finished.prompt_tokens - finished.reused
        if read >= 32 and finished.prompt_seconds > 0:
            self.prompt_speed = _mean(self.prompt_speed, read / finished.prompt_seconds)
        if finished.prompt_tokens:
            letters = len(request.prompt.system) + sum(map(len, request.prompt.shared)) + len(request.prompt.user)
            self.characters_per_token = max(1.0, _mean(self.characters_per_token, letters / finished.prompt_tokens))
            own = finished.prompt_tokens - len(request.prompt.system) / self.characters_per_token
            self._new = _mean(self._new, min(1.0, max(0.05, read / max(1.0, own))))
        if finished.reason != "declined":
            self._answer = _mean(self._answer, finished.tokens)

    def token_seconds(self, answers: int) -> float:
        """How long one token of each of so many answers takes; on a straight line between one and all."""
        speeds = self._speeds
        if not speeds.generation:
            return 0.0
        single = 1 / speeds.generation
        if speeds.sequences < 2 or not speeds.batch:
            return single * answers
        slope = (speeds.sequences / speeds.batch - single) / (speeds.sequences - 1)
        return single + max(0.0, slope) * (answers - 1)

    def load(self, ticket: Ticket) -> Load:
        """What is left of an answer, as far as one can tell."""
        request = ticket.request
        left = max(1.0, min(self._answer, request.max_tokens) - ticket.written)
        if ticket.written:
            return Load(0.0, left)
        letters = sum(map(len, request.prompt.shared)) + len(request.prompt.user)
        whole = (letters / self.characters_per_token) * self._new + _FORM
        return Load(whole if ticket.unread is None else min(whole, ticket.unread + _FORM), left)

    def forecast(self, running: Sequence[Ticket], waiting: Sequence[Ticket], delay: float = 0.0) -> list[Load]:
        """When the answers begin and end, in the order given; `delay` seconds before the worker is there."""
        loads = [self.load(ticket) for ticket in (*running, *waiting)]
        if self.prompt_speed and self._speeds.generation:
            room = max(1, self._speeds.sequences)
            split = len(running)
            forecast(loads[:split], loads[split:], room, self.prompt_speed, self.token_seconds, self._share)
        for load in loads:
            load.begins, load.ends = load.begins + delay, load.ends + delay
        return loads

    def passage_budget(self, question_tokens: int, *, most: int, target: float) -> int:
        """Tokens of passages that let the first token come within `target` seconds: `LEAST_PASSAGES`..`most`."""
        if not self.prompt_speed:
            return most
        affordable = int(target * self.prompt_speed) - question_tokens - _FORM
        return max(LEAST_PASSAGES, min(most, affordable))

    def answer_tokens(self, most: int) -> int:
        """Tokens that an answer may have: `LEAST_ANSWER`..`most`."""
        if not self.generation_speed:
            return most
        return min(most, max(LEAST_ANSWER, int(SLOW_ANSWER * self.generation_speed)))


def _mean(old: float, new: float) -> float:
    return old + _NEWEST * (new - old) if old else new
