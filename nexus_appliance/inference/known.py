"""Which beginnings of prompts the model has read before, as far as one can tell from outside its process."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from nexus_appliance.inference.prompt import Prompt

KEPT = 200
"""Beginnings; more than the worker keeps: what it has forgotten meanwhile shows in what it reads again."""

Beginning = tuple[str, ...]


class Known:
    """The beginnings that were read last."""

    def __init__(self) -> None:
        self._read: OrderedDict[Beginning, None] = OrderedDict()

    def add(self, prompt: Prompt) -> None:
        """The model reads this prompt."""
        for beginning in beginnings(prompt):
            self._read[beginning] = None
            self._read.move_to_end(beginning)
        while len(self._read) > KEPT:
            self._read.popitem(last=False)

    def letters(self, prompt: Prompt, soon: Iterable[Beginning] = ()) -> int:
        """How many letters of what the prompt shares with others are known, or will be: `soon` is read before it."""
        read = (one for one in reversed([*beginnings(prompt)]) if one in self._read or one in soon)
        return sum(map(len, next(read, ())))


def beginnings(prompt: Prompt) -> Iterator[Beginning]:
    """What is kept of a prompt: its shared texts, from the first one to each."""
    return (prompt.shared[:end] for end in range(1, len(prompt.shared) + 1))
