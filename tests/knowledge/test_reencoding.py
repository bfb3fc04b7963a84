"""A pack with another encoder's vectors answers by words at once, and by meaning once it has vectors of ours."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nexus_appliance.curriculum.encoder import FloatArray, shortened
from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.reencoding import STEP
from nexus_appliance.knowledge.vectors import ChromaIndex
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Pack
from tests.fakes import ExactIndex, HashEncoder
from tests.knowledge.books import activate, add_subject, small_pack
from tests.knowledge.texts import ANIMALS, PLANETS

FOREIGN = HashEncoder("other", dimensions=48)
MANY = [f"Halaman nomor {number} bercerita tentang hewan." for number in range(3 * STEP)]


@pytest.fixture
def subject(database: Database) -> int:
    return add_subject(database)


def bring_in(database: Database, library: Library, subject: int, folder: Path, texts: object = ANIMALS) -> int:
    file = small_pack(folder / "a.vkp", FOREIGN, list(texts))  # type: ignore[call-overload]
    pack_id = library.stage(file, subject, "channel:a")
    activate(database, pack_id)
    return pack_id


def row_of(database: Database, pack_id: int) -> Pack:
    with database.read() as session:
        return session.get_one(Pack, pack_id)


def reencode_all(library: Library) -> int:
    steps = 0
    while library.reencode():
        steps += 1
    return steps


def test_words_find_it_at_once_and_say_so(
    database: Database, library: Library, index: ExactIndex, subject: int, tmp_path: Path
) -> None:
    pack_id = bring_in(database, library, subject, tmp_path)
    library.warm()
    found = library.search(subject, "Di mana komodo hidup?")
    assert found.passages[0].page == 3
    assert found.by_words
    assert not index.collections()
    assert library.prepared(row_of(database, pack_id)) == 0
    assert not library.refine()


def test_the_nearness_that_the_gate_weighs_is_that_of_our_own_encoder(
    database: Database, library: Library, subject: int, tmp_path: Path, encoder: HashEncoder
) -> None:
    bring_in(database, library, subject, tmp_path)
    (near,) = encoder.queries(["komodo hidup"]) @ encoder.passages([ANIMALS[2]]).T
    assert library.search(subject, "komodo hidup").signals.cosine == pytest.approx(float(near[0]), abs=1e-4)
    assert library.search(subject, "xyzzy").signals.cosine == 0


def test_in_the_background_it_gets_vectors_of_ours_in_a_collection_of_its_own(
    database: Database, library: Library, index: ExactIndex, subject: int, tmp_path: Path
) -> None:
    told: list[frozenset[str]] = []
    pack_id = bring_in(database, library, subject, tmp_path, MANY)
    database.subscribe(told.append)
    before = library.search(subject, MANY[17])
    assert library.reencode() == len(MANY)
    assert library.prepared(row_of(database, pack_id)) == pytest.approx(1 / 3)
    assert library.search(subject, MANY[17]).by_words  # half a collection is not asked
    reencode_all(library)
    row = row_of(database, pack_id)
    assert (row.encoder, library.prepared(row)) == (HashEncoder().identity.key, 1.0)
    assert index.collections() == {row.collection}
    assert index.count(row.collection) == len(MANY)
    after = library.search(subject, MANY[17])
    assert not after.by_words
    assert after.passages[0].text == before.passages[0].text == MANY[17]
    assert library.refine()
    assert frozenset({"books"}) in told


def test_a_cut_is_gone_on_with_and_the_sweep_leaves_it_alone(
    database: Database, library: Library, index: ExactIndex, home: Path, subject: int, tmp_path: Path
) -> None:
    pack_id = bring_in(database, library, subject, tmp_path, MANY)
    library.reencode()
    library.sweep(row_of(database, pack_id).created_at)
    again = Library(database, home, index, HashEncoder())
    assert again.recover() == []
    assert again.reencode() == len(MANY) - STEP
    assert reencode_all(again) == 1
    assert not again.search(subject, MANY[3]).by_words


def test_both_kinds_of_books_are_found_together(
    database: Database, library: Library, subject: int, tmp_path: Path
) -> None:
    bring_in(database, library, subject, tmp_path)
    own = library.stage(small_pack(tmp_path / "b.vkp", HashEncoder(), PLANETS, title="Planet"), subject, "book:b")
    activate(database, own, "Planet")
    assert library.search(subject, "cincin saturnus").passages[0].book == "Planet"
    assert library.search(subject, "Di mana komodo hidup?").passages[0].book == "Hewan"
    assert library.search(subject, "komodo").by_words


def test_what_fails_is_tried_again_later(
    database: Database, library: Library, subject: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(database, library, subject, tmp_path)

    def full(_size: int = 0) -> None:
        raise Unavailable(Failure.DISK_FULL, reason="test")

    with monkeypatch.context() as patch:
        patch.setattr(library._store, "require_room", full)
        assert not library.reencode()
    assert not library.reencode()
    monkeypatch.setattr(time, "monotonic", lambda: 1e12)
    assert library.reencode()


def test_a_passage_that_is_too_long_for_our_encoder_is_read_from_its_start(
    database: Database, home: Path, index: ExactIndex, subject: int, tmp_path: Path
) -> None:
    class Narrow(HashEncoder):
        room = 5

        def passages(self, texts: object) -> FloatArray:
            assert all(self.token_count(text) <= self.room for text in texts)  # type: ignore[attr-defined]
            return super().passages(texts)  # type: ignore[arg-type]

    library = Library(database, home, index, Narrow())
    bring_in(database, library, subject, tmp_path)
    assert library.search(subject, "komodo").passages[0].page == 3
    reencode_all(library)
    assert not library.search(subject, "komodo").by_words
    assert shortened("satu dua", Narrow()) == "satu dua"


@pytest.fixture
def folder(home: Path) -> Path:
    return home / "vectors"


@pytest.fixture
def former(database: Database, home: Path, folder: Path, subject: int, tmp_path: Path) -> Iterator[int]:
    """A pack that answered with the vectors of an encoder that this machine had before."""
    index = ChromaIndex(folder, FOREIGN.identity.key)
    library = Library(database, home, index, FOREIGN)
    pack_id = bring_in(database, library, subject, tmp_path)
    while library.refine():
        pass
    assert library._shelf.get(row_of(database, pack_id)).sentences is not None
    index.close()
    yield pack_id


def test_a_new_encoder_of_the_program_takes_over_what_the_former_one_made(
    database: Database, home: Path, folder: Path, subject: int, former: int
) -> None:
    old = row_of(database, former).collection
    index = ChromaIndex(folder, HashEncoder().identity.key)
    library = Library(database, home, index, HashEncoder())
    assert library.recover() == []
    library.warm()
    found = library.search(subject, "Di mana komodo hidup?")
    assert (found.passages[0].page, found.by_words) == (3, True)
    assert library._shelf.get(row_of(database, former)).sentences is None
    reencode_all(library)
    row = row_of(database, former)
    assert index.collections() == {row.collection}
    assert row.collection != old
    assert not library.search(subject, "komodo").by_words
    assert library._shelf.get(row).sentences is None  # those of the former encoder do not count
    while library.refine():
        pass
    assert library._shelf.get(row).sentences is not None
    index.close()


def test_a_collection_that_was_lost_is_made_again_by_our_encoder(
    database: Database, home: Path, folder: Path, subject: int, former: int
) -> None:
    index = ChromaIndex(folder, HashEncoder().identity.key)
    library = Library(database, home, index, HashEncoder())
    reencode_all(library)
    index.drop(row_of(database, former).collection)
    again = Library(database, home, index, HashEncoder())
    assert again.recover() == []
    assert again.search(subject, "komodo").by_words
    reencode_all(again)
    assert not again.search(subject, "komodo").by_words
    (stored,) = index._client.get_collection(
        row_of(database, former).collection, embedding_function=index._function
    ).get(ids=["2"], include=["embeddings"])["embeddings"]
    assert np.dot(stored, HashEncoder().passages([ANIMALS[2]])[0]) == pytest.approx(1, abs=1e-3)
    index.close()
