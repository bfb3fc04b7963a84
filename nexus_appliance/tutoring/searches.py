"""Searches in the books: few at once, and one for all who ask the same within some minutes."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor

from nexus_appliance.knowledge.passages import Retrieval

AT_ONCE = 2
"""More would only take the processor from each other and keep the threads of everything else."""

FRESH = 600.0
"""Seconds for which a search is good: the order of passages may become finer meanwhile."""

KEPT = 200
"""Searches kept, about 20 kB each."""


class Searches:
    """Lives on the event loop; `close` ends its threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="search")
        self._found: OrderedDict[Hashable, tuple[float, asyncio.Future[Retrieval]]] = OrderedDict()

    def close(self) -> None:
        """End the threads once what they search for is found."""
        self._pool.shutdown()

    async def find(self, key: Hashable | None, search: Callable[[], Retrieval]) -> Retrieval:
        """What `search`, which blocks, finds, or found lately for the same key; with the key None it is anew.

        Raises as `search` does; a failure is not kept.
        """
        if key is None:
            return await self._begin(search)
        began, found = self._found.get(key, (0.0, None))
        if found is None or time.monotonic() - began > FRESH or (found.done() and _failed(found)):
            began, found = self._found[key] = time.monotonic(), self._begin(search)
            if len(self._found) > KEPT:
                self._found.popitem(last=False)
        self._found.move_to_end(key)
        return await asyncio.shield(found)  # others may wait for it when this student leaves

    def forget(self, key: Hashable | None) -> None:
        """Let the next one who asks be searched for in his own words: these found nothing."""
        self._found.pop(key, None)

    def _begin(self, search: Callable[[], Retrieval]) -> asyncio.Future[Retrieval]:
        return asyncio.get_running_loop().run_in_executor(self._pool, search)


def _failed(found: asyncio.Future[Retrieval]) -> bool:
    return found.cancelled() or found.exception() is not None
