"""How long things take on this machine: measured speeds, and what follows from them."""

from collections.abc import Sequence

from nexus_appliance.inference.events import Finished
from nexus_appliance.inference.forecast import Load, forecast
from nexus_appliance.inference.known import Beginning, Known, beginnings
from nexus_appliance.inference.language_model import Speeds
from nexus_appliance.inference.prompt import Prompt
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

_MEASURED = 32
"""Tokens of a stretch that is long enough to measure."""

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
        self._known = Known()
        self._again = 0.0  # the part of what is known that is read again, for the worker forgot it

    def begin(self, speeds: Speeds) -> None:
        """Take what was measured of a freshly loaded model."""
        self._speeds = speeds
        self.prompt_speed, self.generation_speed = speeds.prompt, speeds.generation

    def given(self, ticket: Ticket) -> None:
        """The worker gets a question: what others share with it is known from now on."""
        ticket.known = self._known.letters(ticket.request.prompt)
        self._known.add(ticket.request.prompt)

    def learn(self, ticket: Ticket, finished: Finished) -> None:
        """Take what one answer showed; stretches too short to measure are left out.

        Its seconds are its part of what was computed for several at once.
        """
        prompt = ticket.request.prompt
        read = finished.prompt_tokens - finished.reused
        if read >= _MEASURED and finished.prompt_seconds > 0:
            self.prompt_speed = _mean(self.prompt_speed, (read + _FORM) / finished.prompt_seconds)
        if finished.prompt_tokens:
            letters = len(prompt.system) + _letters(prompt)
            self.characters_per_token = max(1.0, _mean(self.characters_per_token, letters / finished.prompt_tokens))
        known = ticket.known / self.characters_per_token
        if known >= _MEASURED:
            again = (read - (_letters(prompt) - ticket.known) / self.characters_per_token) / known
            self._again += _NEWEST * (min(1.0, max(0.0, again)) - self._again)
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

    def forecast(self, running: Sequence[Ticket], waiting: Sequence[Ticket], delay: float = 0.0) -> list[Load]:
        """When the answers begin and end, in the order given; `delay` seconds before the worker is there."""
        soon: set[Beginning] = set()
        loads = [self._load(ticket, soon) for ticket in (*running, *waiting)]
        if self.prompt_speed and self._speeds.generation:
            room = max(1, self._speeds.sequences)
            split = len(running)
            forecast(loads[:split], loads[split:], room, self.prompt_speed, self.token_seconds, self._share)
        for load in loads:
            load.begins, load.ends = load.begins + delay, load.ends + delay
        return loads

    def _load(self, ticket: Ticket, soon: set[Beginning]) -> Load:
        """What is left of an answer, as far as one can tell; `soon` is read before it, and what it reads is added."""
        request = ticket.request
        left = max(1.0, min(self._answer, request.max_tokens) - ticket.written)
        if ticket.written:
            return Load(0.0, left)
        known = ticket.known if ticket.id else self._known.letters(request.prompt, soon)
        soon.update(beginnings(request.prompt))
        new = _letters(request.prompt) - known * (1 - self._again)
        whole = new / self.characters_per_token + _FORM
        return Load(whole if ticket.unread is None else min(whole, ticket.unread + _FORM), left)

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


def _letters(prompt: Prompt) -> int:
    """Of all that is read behind the system text."""
    return sum(map(len, prompt.shared)) + len(prompt.user)


def _mean(old: float, new: float) -> float:
    return old + _NEWEST * (new - old) if old else new
