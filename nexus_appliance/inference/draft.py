"""An answer while it is being written: its tokens, how sure the model was of them, and when it is over."""

from collections.abc import Sequence
from typing import Literal

from nexus_appliance.inference.text_stream import TextStream

LOOP = 16
"""Tokens that a stretch said again and again must fill before an answer counts as caught in a loop. Small models that
always take the likeliest token fall into one now and then; barring single tokens instead makes them misspell words."""


class Draft:
    """Takes one token after the other until `over`; at most `limit` of them."""

    def __init__(self, stop: Sequence[str], limit: int) -> None:
        self.tokens: list[int] = []
        self.limit = limit
        self._text = TextStream(tuple(stop))
        self._sum = 0.0

    def take(self, token: int, raw: bytes, log_probability: float) -> str:
        """Add a token that stands for `raw`; the text that is certain now."""
        self.tokens.append(token)
        self._sum += log_probability
        return self._text.feed(raw)

    def end(self) -> str:
        """The rest of the text."""
        return self._text.end()

    @property
    def over(self) -> bool:
        """Whether a stop string came, or the answer goes round in circles."""
        return self._text.stopped or loops(self.tokens)

    @property
    def reason(self) -> Literal["stop", "cut"]:
        """Whether the model ended the answer or we cut it."""
        whole = len(self.tokens) < self.limit and not loops(self.tokens)
        return "stop" if self._text.stopped or whole else "cut"

    @property
    def certainty(self) -> float:
        """The mean log-probability (natural) of the tokens; 0 without any."""
        return self._sum / len(self.tokens) if self.tokens else 0.0


def loops(answer: Sequence[int]) -> bool:
    """Whether the answer ends with one stretch that follows itself, twice or more, over at least `LOOP` tokens."""
    for period in range(1, len(answer) // 2 + 1):
        times = max(2, -(-LOOP // period))
        tail = answer[-period * times :]
        if len(tail) == period * times and tail[:-period] == tail[period:]:
            return True
    return False
