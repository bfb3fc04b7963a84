"""Which token comes next: the likeliest, or by lot; perhaps only what a grammar allows."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nexus_appliance.inference.language_model import Settings

LIKELIEST = 40
"""Above temperature 0 only so many tokens are candidates: the long tail of a vocabulary is noise."""

Logits = npt.NDArray[np.float32]


class Rule(Protocol):
    """What bounds the choice, as a grammar does."""

    def allowed(self, logits: Logits) -> Logits:
        """The logits, minus infinity where the rule forbids a token."""
        ...

    def allows(self, token: int) -> bool:
        """Whether this one token may come next."""
        ...

    def take(self, token: int) -> None:
        """The token was chosen."""
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...


class Sampler:
    """Chooses the tokens of one answer."""

    def __init__(self, settings: Settings, rule: Rule | None = None) -> None:
        self._choose = chooser(settings)
        self._rule = rule

    @property
    def greedy(self) -> bool:
        """Whether the likeliest token is always taken, so that guesses can be checked."""
        return self._choose is likeliest and self._rule is None

    def next(self, logits: Logits) -> int:
        """The next token by the logits (vocabulary,) before it."""
        token = self._choose(logits)
        if self._rule:
            if not self._rule.allows(token):
                token = self._choose(self._rule.allowed(logits))
            self._rule.take(token)
        return token

    def close(self) -> None:
        """Give the memory back."""
        if self._rule:
            self._rule.close()


def likeliest(logits: Logits) -> int:
    """The token with the highest logit."""
    return int(logits.argmax())


def log_probability(logits: Logits, token: int) -> float:
    """The natural logarithm of the softmax of one token."""
    highest = float(logits.max())
    return float(logits[token]) - highest - float(np.log(np.exp(logits - highest).sum()))


def chooser(settings: Settings) -> Callable[[Logits], int]:
    """How the next token is chosen: the likeliest, or at a temperature by the seed among the likeliest 40."""
    if settings.temperature <= 0:
        return likeliest
    dice = np.random.default_rng(settings.seed)

    def draw(logits: Logits) -> int:
        candidates = np.sort(np.argpartition(logits, -LIKELIEST)[-LIKELIEST:])
        noise = dice.gumbel(size=candidates.size)  # the largest of logits/T + Gumbel noise is a sample of the softmax
        return int(candidates[np.argmax(logits[candidates] / settings.temperature + noise)])

    return draw
