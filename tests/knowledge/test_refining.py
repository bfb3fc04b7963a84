"""Sentences get their vectors while nobody asks, pack by pack, and searches use them at once."""

from pathlib import Path

import pytest

from nexus_appliance.knowledge import turns
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.refining import STEP
from nexus_appliance.knowledge.sentence_vectors import Filling
from nexus_appliance.storage import generations, schema
from nexus_appliance.storage.database import Database
from tests.fakes import ExactIndex, HashEncoder
from tests.knowledge.books import add_subject, small_pack


@pytest.fixture
def pack(database: Database, library: Library, tmp_path: Path) -> schema.Pack:
    """A pack that answers."""
    file = small_pack(tmp_path / "a.vkp", HashEncoder(), [f"Halaman {number} bercerita." for number in range(40)])
    pack_id = library.stage(file, add_subject(database), "book:a")
    with database.write() as session:
        generations.activate(session, pack_id, None)
        return session.get_one(schema.Pack, pack_id)


def refine_all(library: Library) -> int:
    steps = 0
    while library.refine():
        steps += 1
    return steps


def test_a_pack_is_filled_in_small_steps_and_then_never_again(library: Library, pack: schema.Pack) -> None:
    assert refine_all(library) == 40 // STEP
    assert library._store.sentences_file(pack).is_file()
    assert not library.refine()
    sentences = library._shelf.get(pack).sentences
    assert sentences is not None
    assert len(sentences.of_windows([39])[39]) == 1


def test_nothing_is_done_while_a_search_is_under_way(library: Library, pack: schema.Pack) -> None:
    with library._in_flight():
        assert not library.refine()
    assert library.refine()


def test_a_new_start_goes_on_where_the_last_ended(
    database: Database, home: Path, index: ExactIndex, library: Library, pack: schema.Pack
) -> None:
    assert library.refine()
    again = Library(database, home, index, HashEncoder())
    assert again.recover() == []
    assert refine_all(again) == 40 // STEP - 1


def test_a_pack_that_cannot_be_written_does_not_stop_the_next(
    database: Database, library: Library, pack: schema.Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = small_pack(tmp_path / "b.vkp", HashEncoder(), ["Buku lain bercerita."], title="Lain")
    other = library.stage(file, pack.subject_id, "book:b")
    with database.write() as session:
        generations.activate(session, other, None)
    healthy = Filling.step
    monkeypatch.setattr(Filling, "step", _fails_for(library._store.sentences_file(pack)))
    refine_all(library)
    with database.read() as session:
        row = session.get_one(schema.Pack, other)
    assert library._shelf.get(row).sentences is not None
    assert library._shelf.get(pack).sentences is None
    monkeypatch.setattr(Filling, "step", healthy)
    assert not library.refine()
    monkeypatch.setattr(turns, "PUT_OFF", 0.0)
    library._refiner._turns._put_off.clear()
    refine_all(library)
    assert library._shelf.get(pack).sentences is not None


def test_two_subjects_with_the_same_book_share_the_work(
    database: Database, library: Library, pack: schema.Pack, tmp_path: Path
) -> None:
    other = library.stage(library.file(pack), add_subject(database, "kimia_7"), "book:a")
    with database.write() as session:
        generations.activate(session, other, None)
    assert refine_all(library) == 40 // STEP
    with database.read() as session:
        row = session.get_one(schema.Pack, other)
    assert library._shelf.get(row).sentences is not None


def _fails_for(sentences: Path):  # type: ignore[no-untyped-def]
    step = Filling.step

    def failing(self: Filling, encoder: HashEncoder, count: int) -> bool:
        if self._path == sentences:
            raise OSError(28, "No space left on device")
        return step(self, encoder, count)

    return failing


def test_a_full_disk_is_left_alone(library: Library, pack: schema.Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nexus_appliance.knowledge.packs.RESERVE", 1 << 62)
    refine_all(library)
    assert not library._store.sentences_file(pack).exists()


def test_a_swept_pack_takes_its_sentences_with_it(database: Database, library: Library, pack: schema.Pack) -> None:
    refine_all(library)
    file = library._store.sentences_file(pack)
    with database.write() as session:
        generations.retire(session, pack.id)
    library.sweep(schema.utc_now().replace(year=2100))
    assert not file.exists()
