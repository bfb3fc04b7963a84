"""One school takes what another one has: the same channel, served from what is installed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.distribution.neighbour import Neighbour
from nexus_appliance.distribution.sources import NotThere
from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.knowledge.library import Library
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import Home
from tests.conftest import NewUrl
from tests.distribution.conftest import School
from tests.fakes import ExactIndex, HashEncoder
from tests.knowledge.books import add_subject

CAT, COW = "Kucing mengeong keras.", "Sapi melenguh keras."


class NeighbourSource:
    """Asks a neighbour as a server would over the network."""

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour
        self.received = self.requests = 0
        self.asked: list[str] = []

    def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        self.asked.append(path)
        found = self._neighbour.file(path)
        if found is None:
            raise NotThere(path)
        content = found.read_bytes() if isinstance(found, Path) else found
        part = content[offset : offset + length]
        self.received += len(part)
        yield part


@pytest.fixture
def second(tmp_path: Path, new_url: NewUrl, school: School) -> Iterator[School]:
    """Another school that follows the same publisher."""
    home = tmp_path / "second"
    owner, database = Home(home), Database(new_url())
    library = Library(database, home, ExactIndex(), HashEncoder())
    yield School(replace(school.config, home=home), database, library, school.publisher, add_subject(database))
    database.close()
    owner.close()


def neighbour_of(school: School, *, serves: int = 1) -> Neighbour:
    return Neighbour(replace(school.config, channel_serve=serves), school.database, school.library)


def test_a_neighbour_brings_what_it_has(school: School, second: School) -> None:
    school.publisher.publish([CAT], "1.0.0")
    school.look()
    source = NeighbourSource(neighbour_of(school))
    assert second.look(source).installed == 1
    assert second.answers("kucing") == [CAT]
    school.publisher.publish([CAT, COW], "1.1.0")
    assert second.look(source).installed == 0  # the neighbour does not know of it yet
    school.look()
    assert second.look(source).installed == 1
    assert set(second.answers("keras")) == {CAT, COW}


def test_a_neighbour_cannot_bring_anything_else(school: School, second: School) -> None:
    school.publisher.publish([CAT], "1.0.0")
    school.look()
    for file in (school.config.home / "packs").glob("*.vkp"):
        file.write_bytes(file.read_bytes()[:-100] + bytes(100))
    assert second.look(NeighbourSource(neighbour_of(school))).failed == 1
    assert second.answers("kucing") == []
    for file in (school.config.home / "channel").rglob("timestamp.json"):
        content = json.loads(file.read_bytes())
        content["signed"]["version"] += 1
        file.write_bytes(json.dumps(content).encode())
    with pytest.raises(NexusError) as caught:
        second.look(NeighbourSource(neighbour_of(school)))
    assert caught.value.code == Failure.CHANNEL_FORGED


def test_nothing_is_served_unless_it_was_wanted(school: School) -> None:
    school.publisher.publish([CAT], "1.0.0")
    school.look()
    assert neighbour_of(school).file("metadata/timestamp.json") is not None
    assert neighbour_of(school, serves=0).file("metadata/timestamp.json") is None


@pytest.mark.parametrize(
    "path",
    [
        *("", "nexus.sqlite", "metadata/../../nexus.sqlite", "metadata/%2e%2e/nexus.json", "metadata/x/timestamp.json"),
        *("packs/../nexus.toml", "packs/biologi_7/hewan/1.0.0.from-0.9.0.vkp", "packs/biologi_7/hewan/9.9.9.vkp"),
        *("metadata/999.snapshot.json", "metadata/snapshot.json", "metadata/1.timestamp.json", "metadata/9.root.json"),
    ],
)
def test_other_paths_have_nothing(school: School, path: str) -> None:
    school.publisher.publish([CAT], "1.0.0")
    school.look()
    assert neighbour_of(school).file(path) is None
