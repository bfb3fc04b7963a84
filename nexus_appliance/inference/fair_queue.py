"""A bounded queue that is fair to students: each in turn, and background work only when nobody waits."""

from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from itertools import chain, zip_longest
from typing import Generic, Literal, TypeVar

Item = TypeVar("Item")
Priority = Literal["interactive", "background"]


class Full(Exception):
    """No place is left, and everybody who holds one has waited with fewer questions than the newcomer."""


class FairQueue(Generic[Item]):
    """Round robin over keys (students); first come, first served within a key."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lanes: dict[Priority, OrderedDict[str, deque[Item]]] = {
            "interactive": OrderedDict(),
            "background": OrderedDict(),
        }

    def __len__(self) -> int:
        return sum(len(items) for lane in self._lanes.values() for items in lane.values())

    def push(self, key: str, item: Item, priority: Priority = "interactive") -> Item | None:
        """Add an item; return the one that loses its place to it, if any; raise `Full`.

        A full queue makes room at the cost of background work, then of whoever holds the most places, provided that
        is at least two more than the newcomer: nobody can fill the queue alone.
        """
        loser = self._make_room(key, priority) if len(self) >= self._limit else None
        self._lanes[priority].setdefault(key, deque()).append(item)
        return loser

    def pop(self, busy: Mapping[str, int] | None = None) -> Item | None:
        """Take the next item; its student goes to the end of the round.

        `busy` counts what is in hand for each key: those with less come first.
        """
        for lane in self._lanes.values():
            if lane:
                key = min(lane, key=lambda one: (busy or {}).get(one, 0))  # the first of equals
                items = lane[key]
                item = items.popleft()
                lane.move_to_end(key)
                if not items:
                    del lane[key]
                return item
        return None

    def remove(self, item: Item) -> bool:
        """Take a certain item out, wherever it stands; False when it is not there."""
        for lane in self._lanes.values():
            for key, items in lane.items():
                if item in items:
                    items.remove(item)
                    if not items:
                        del lane[key]
                    return True
        return False

    def __iter__(self) -> Iterator[Item]:
        """All items in the order in which `pop` would give them, if nothing else came."""
        missing = object()
        for lane in self._lanes.values():
            for item in chain.from_iterable(zip_longest(*lane.values(), fillvalue=missing)):
                if item is not missing:
                    yield item  # type: ignore[misc]

    def _make_room(self, key: str, priority: Priority) -> Item:
        background = self._lanes["background"]
        if priority == "interactive" and background:
            return self._take_last("background", next(reversed(background)))
        lane = self._lanes[priority]
        greedy = max(lane, key=lambda other: len(lane[other]), default="")
        if not lane or len(lane[greedy]) < len(lane.get(key, ())) + 2:
            raise Full
        return self._take_last(priority, greedy)

    def _take_last(self, priority: Priority, key: str) -> Item:
        lane = self._lanes[priority]
        item = lane[key].pop()
        if not lane[key]:
            del lane[key]
        return item
