"""A bounded queue that is fair to students: each in turn, and background work only when nobody waits."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, zip_longest
from typing import Generic, Literal, TypeVar

Item = TypeVar("Item")
Priority = Literal["interactive", "background"]


class Full(Exception):
    """No place is left, and everybody who holds one has waited with fewer questions than the newcomer."""


class FairQueue(Generic[Item]):
    """Round robin over keys (students); first come, first served within a key.

    Who comes anew goes before those who have had a turn and still wait with more: as fq_codel (RFC 8290) does with new
    flows, so that somebody with one question never waits for a round of those who ask many.

    Every second turn is for the item that most students want, if any is wanted by several: it serves all of them, and
    everybody else still has the other turns.
    """

    def __init__(self, limit: int, wanted: Callable[[Item], int] = lambda _: 1) -> None:
        """`limit`: places; `wanted`: how many students want an item now."""
        self._limit = limit
        self._wanted = wanted
        self._favours = True
        self._lanes: dict[Priority, OrderedDict[str, deque[Item]]] = {
            "interactive": OrderedDict(),
            "background": OrderedDict(),
        }
        self._served: set[tuple[Priority, str]] = set()

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
        favoured = self._favourites()[:1] if self._favours else []
        self._favours = not self._favours
        for item in favoured:
            self.remove(item)
            return item
        for priority, lane in self._lanes.items():
            if lane:
                turns = {key: ((busy or {}).get(key, 0), (priority, key) in self._served) for key in lane}
                key = min(lane, key=lambda one: turns[one])  # the first of equals
                items = lane[key]
                self._served.add((priority, key))
                item = items.popleft()
                lane.move_to_end(key)
                if not items:
                    self._end(priority, key)
                return item
        return None

    def remove(self, item: Item) -> bool:
        """Take a certain item out, wherever it stands; False when it is not there."""
        for priority, lane in self._lanes.items():
            for key, items in lane.items():
                if item in items:
                    items.remove(item)
                    if not items:
                        self._end(priority, key)
                    return True
        return False

    def __iter__(self) -> Iterator[Item]:
        """All items in the order in which `pop` would give them, if nothing else came."""
        favoured, others, favours = self._favourites(), list(self._in_turn()), self._favours
        while others:
            item = (favoured if favours and favoured else others)[0]
            favours = not favours
            others.remove(item)
            if item in favoured:
                favoured.remove(item)
            yield item

    def _favourites(self) -> list[Item]:
        """What several students want, most wanted first."""
        counted = [(self._wanted(item), item) for item in self._in_turn()]
        return [item for count, item in sorted(counted, key=lambda one: -one[0]) if count > 1]

    def _in_turn(self) -> Iterator[Item]:
        """All items as the students' turns come."""
        missing = object()
        for priority, lane in self._lanes.items():
            keys = list(lane)
            lines = [
                lane[key] for served in (False, True) for key in keys if ((priority, key) in self._served) is served
            ]
            for item in chain.from_iterable(zip_longest(*lines, fillvalue=missing)):
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
            self._end(priority, key)
        return item

    def _end(self, priority: Priority, key: str) -> None:
        """Nothing of a student waits any more."""
        del self._lanes[priority][key]
        self._served.discard((priority, key))
