import asyncio
import threading
from collections.abc import Iterator

import pytest

from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.knowledge.passages import Retrieval, Signals
from nexus_appliance.tutoring import searches as module
from nexus_appliance.tutoring.searches import Searches


class Books:
    """What is searched: counts, waits for `go`, fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.count, self.failures, self.go = 0, failures, threading.Event()
        self.go.set()

    def search(self) -> Retrieval:
        self.count += 1
        assert self.go.wait(10)
        if self.count <= self.failures:
            raise Unavailable(Failure.ENCODER_GONE)
        return Retrieval((), Signals(cosine=self.count, coverage=1.0, words=3), {})


@pytest.fixture
def searches() -> Iterator[Searches]:
    found = Searches()
    yield found
    found.close()


async def test_those_who_ask_the_same_share_one_search(searches: Searches) -> None:
    books = Books()
    books.go.clear()
    asked = [asyncio.ensure_future(searches.find("router", books.search)) for _ in range(5)]
    await asyncio.sleep(0.01)
    books.go.set()
    found = await asyncio.gather(*asked)
    assert books.count == 1
    assert await searches.find("router", books.search) is found[0] is found[4]
    assert (await searches.find("switch", books.search)).signals.cosine == 2


async def test_without_a_key_each_search_is_made(searches: Searches) -> None:
    books = Books()
    await searches.find(None, books.search)
    await searches.find(None, books.search)
    assert books.count == 2


async def test_who_leaves_takes_the_search_from_nobody(searches: Searches) -> None:
    books = Books()
    books.go.clear()
    leaver, stayer = (asyncio.ensure_future(searches.find("router", books.search)) for _ in range(2))
    await asyncio.sleep(0.01)
    leaver.cancel()
    await asyncio.wait([leaver])
    books.go.set()
    assert (await stayer).signals.cosine == 1
    assert leaver.cancelled()


async def test_a_failure_is_told_and_not_kept(searches: Searches) -> None:
    books = Books(failures=1)
    with pytest.raises(Unavailable):
        await searches.find("router", books.search)
    assert (await searches.find("router", books.search)).signals.cosine == 2


async def test_an_old_search_is_made_anew(searches: Searches, monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books()
    await searches.find("router", books.search)
    monkeypatch.setattr(module, "FRESH", 0.0)
    await asyncio.sleep(0.01)
    assert (await searches.find("router", books.search)).signals.cosine == 2


async def test_the_least_recent_searches_go(searches: Searches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    books = Books()
    for key in ("a", "b", "a", "c", "a"):
        await searches.find(key, books.search)
    assert books.count == 3
    await searches.find("b", books.search)
    assert books.count == 4
