"""Computed beginnings of prompts, kept for whoever asks with the same ones: a tree over their segments."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from nexus_appliance.inference.llama import Saved

Key = bytes


def key_of(tokens: Sequence[int]) -> Key:
    """What names a beginning: its tokens."""
    return np.asarray(tokens, np.int32).tobytes()


class Prefixes:
    """States of the model behind the beginnings of prompts, at most `budget` bytes; the least recently used one goes.

    A node of the tree is a beginning, its parent the longest other node that it begins with. `hits` and `misses` count
    segments of prompts that were there, or had to be computed.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._held: OrderedDict[Key, Saved] = OrderedDict()
        self.bytes = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: Key) -> bool:
        return key in self._held

    def longest(self, keys: Sequence[Key]) -> tuple[int, Saved | None]:
        """How many of the nested beginnings are there, shortest first, and the state behind the longest."""
        for number in range(len(keys), 0, -1):
            saved = self._held.get(keys[number - 1])
            if saved is not None:
                for key in keys[:number]:  # a node is never used without its parents
                    if key in self._held:
                        self._held.move_to_end(key)
                return number, saved
        return 0, None

    def count(self, found: int, of: int) -> None:
        """Note that a prompt of so many shared segments found some of them."""
        self.hits += found
        self.misses += of - found

    def put(self, key: Key, saved: Saved) -> None:
        """Keep a state, at the cost of those that nobody used for longest."""
        if key in self._held:
            self.bytes -= self._held.pop(key).size
        if saved.size > self._budget:
            return
        self._held[key] = saved
        self.bytes += saved.size
        while self.bytes > self._budget:
            _, lost = self._held.popitem(last=False)
            self.bytes -= lost.size
