"""The server dies by `kill -9` while it stages a pack into Chroma; after the restart nothing is torn."""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from time import sleep

import pytest

from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.vectors import ChromaIndex, FloatArray
from nexus_appliance.storage.database import Database
from tests.conftest import NewUrl
from tests.fakes import HashEncoder
from tests.knowledge.books import activate, add_subject, small_pack
from tests.knowledge.test_library import first, states

POINTS = {"copied": 0, "begun": 1, "half": 4, "staged": 99}
"""Stage names, and before how many added batches of the second pack the process stops."""


class StoppingIndex(ChromaIndex):
    """Says when it has come to a batch of the second pack and waits there for the end."""

    stop_at = 99
    pipe: Connection

    def add(self, collection: str, rows: Sequence[int], vectors: FloatArray) -> None:
        if rows[0] == 25 * self.stop_at:
            self.pipe.send("here")
            sleep(600)
        super().add(collection, rows, vectors)


def server(url: str, home: Path, folder: Path, stop_at: int, pipe: Connection) -> None:
    database, encoder = Database(url), HashEncoder()
    index = StoppingIndex(home / "vectors", encoder.identity.key)
    library = Library(database, home, index, encoder)
    subject = add_subject(database)
    activate(database, library.stage(small_pack(folder / "a.vkp", encoder), subject, "book:a"))
    index.stop_at, index.pipe = stop_at, pipe
    big = small_pack(folder / "b.vkp", encoder, [f"Halaman {number}." for number in range(150)], title="Lain")
    library.stage(big, subject, "book:b")
    pipe.send("here")
    sleep(600)


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_the_old_generation_answers_and_nothing_is_left(
    point: str, new_url: NewUrl, home: Path, tmp_path: Path
) -> None:
    url = new_url()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=server, args=(url, home, tmp_path, POINTS[point], theirs))
    process.start()
    assert ours.poll(120)
    ours.recv()
    process.kill()
    process.join()

    database, encoder = Database(url), HashEncoder()
    index = ChromaIndex(home / "vectors", encoder.identity.key)
    library = Library(database, home, index, encoder)
    assert library.recover() == []
    assert states(database) == ["active"]
    assert len(index.collections()) == len(list((home / "packs").glob("*.vkp"))) == 1
    assert first(library, 1, "komodo") == ("Hewan", 3)
    pack = library.stage(tmp_path / "b.vkp", 1, "book:b")
    activate(database, pack, "Lain")
    assert first(library, 1, "halaman 149") == ("Lain", 150)
    index.close()
    database.close()
