"""How long things take on this machine: measured speeds, and what follows from them."""

from nexus_appliance.inference.events import Finished, Request
from nexus_appliance.inference.language_model import Speeds

LEAST_PASSAGES = 220
"""Tokens, however slow the machine is: on a busy one that gave 120, 47 % of 64 answers held the right one, against 77 %
with three whole passages."""

_FORM = 50
"""Prompt tokens that are neither passages nor question: template marks, labels, what the probe asks."""

_NEWEST = 0.2
"""Weight of the newest measurement in the running means: about the last five answers count."""


class Pace:
    """Running means of speed (tokens/s), characters per token and tokens per answer."""

    def __init__(self) -> None:
        self.prompt_speed = 0.0
        self.generation_speed = 0.0
        self.characters_per_token = 3.0
        self._answer = 80.0

    def begin(self, speeds: Speeds) -> None:
        """Take what a freshly loaded model measured."""
        self.prompt_speed, self.generation_speed = speeds.prompt, speeds.generation

    def learn(self, request: Request, finished: Finished) -> None:
        """Take what one answer showed; stretches too short to measure are left out."""
        read = finished.prompt_tokens - finished.reused
        if read >= 32 and finished.prompt_seconds > 0:
            self.prompt_speed = _mean(self.prompt_speed, read / finished.prompt_seconds)
        if finished.tokens >= 8 and finished.generation_seconds > 0:
            self.generation_speed = _mean(self.generation_speed, finished.tokens / finished.generation_seconds)
        if finished.prompt_tokens:
            letters = len(request.prompt.system) + len(request.prompt.user)
            self.characters_per_token = max(1.0, _mean(self.characters_per_token, letters / finished.prompt_tokens))
        if finished.reason != "declined":
            self._answer = _mean(self._answer, finished.tokens)

    def seconds(self, request: Request) -> float:
        """How long the answer to a request should take; the system text counts as remembered."""
        if not self.prompt_speed or not self.generation_speed:
            return 0.0
        prompt = _FORM + len(request.prompt.user) / self.characters_per_token
        return prompt / self.prompt_speed + min(self._answer, request.max_tokens) / self.generation_speed

    def passage_budget(self, question_tokens: int, *, most: int, target: float) -> int:
        """Tokens of passages that let the first token come within `target` seconds: `LEAST_PASSAGES`..`most`."""
        if not self.prompt_speed:
            return most
        affordable = int(target * self.prompt_speed) - question_tokens - _FORM
        return max(LEAST_PASSAGES, min(most, affordable))


def _mean(old: float, new: float) -> float:
    return old + _NEWEST * (new - old) if old else new
