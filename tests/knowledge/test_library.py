"""A pack on its way: staged, activated, removed, given back, swept, repaired."""

import resource
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from nexus_appliance.errors import Failure, Invalid, Missing, Unavailable
from nexus_appliance.knowledge.library import Library
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Book, Notice, Pack, UpdateEntry, User
from tests.fakes import ExactIndex, HashEncoder
from tests.knowledge.books import activate, add_subject, small_pack
from tests.knowledge.texts import ANIMALS, PLANETS

LATER = datetime.now(UTC) + timedelta(days=2)


def stage(
    library: Library, subject: int, folder: Path, texts: tuple[str, ...] = ANIMALS, title: str = "Hewan", **values: str
) -> int:
    path = small_pack(folder / f"{title}.vkp", HashEncoder(), texts, title=title, **values)
    return library.stage(path, subject, f"book:{title}")


def first(library: Library, subject: int, question: str) -> tuple[str, int]:
    passage = library.search(subject, question).passages[0]
    return passage.book, passage.page


def states(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Pack.state).order_by(Pack.id)))


def test_a_staged_pack_answers_after_its_activation_only(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    with pytest.raises(Missing) as empty:
        library.search(subject, "komodo")
    assert empty.value.code is Failure.SUBJECT_EMPTY
    pack = stage(library, subject, tmp_path)
    with pytest.raises(Missing):
        library.search(subject, "komodo")
    activate(database, pack)
    passage = library.search(subject, "Di mana komodo hidup?").passages[0]
    assert (passage.book, passage.file, passage.page, passage.printed) == ("Hewan", "hewan.pdf", 3, "3")
    assert passage.text == ANIMALS[2]
    assert passage.pack_id == pack


def test_headings_come_in_reading_order_and_once(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    sections = ["Bab 1 › Komodo", "Bab 1 › Komodo", "Bab 2", ""]
    path = small_pack(tmp_path / "a.vkp", HashEncoder(), ANIMALS[:4], sections=sections)
    with pytest.raises(Missing):
        library.headings(subject)
    activate(database, library.stage(path, subject, "book:Hewan"))
    assert library.headings(subject, least=1) == [("Bab 1", "Komodo"), ("Bab 2",)]
    longer = len(ANIMALS[0]) + len(ANIMALS[1])
    assert library.headings(subject, least=longer) == [("Bab 1", "Komodo")]


def test_unknown_subject(library: Library) -> None:
    with pytest.raises(Missing) as failure:
        library.search(99, "komodo")
    assert failure.value.code is Failure.SUBJECT_UNKNOWN


def test_all_books_of_a_subject_answer_and_no_other(database: Database, library: Library, tmp_path: Path) -> None:
    subject, other = add_subject(database), add_subject(database, "fisika_7")
    activate(database, stage(library, subject, tmp_path))
    activate(database, stage(library, subject, tmp_path, PLANETS, "Planet"), "Planet")
    activate(database, stage(library, other, tmp_path, PLANETS, "Planet"), "Planet")
    assert first(library, subject, "gajah sumatra") == ("Hewan", 2)
    assert first(library, subject, "cincin saturnus") == ("Planet", 4)
    assert {passage.book for passage in library.search(other, "gajah sumatra").passages} == {"Planet"}


def test_a_new_version_replaces_its_source_and_keeps_the_book(
    database: Database, library: Library, tmp_path: Path
) -> None:
    subject = add_subject(database)
    book = activate(database, stage(library, subject, tmp_path))
    changed = ("Sampul buku hewan.", *ANIMALS)
    again = activate(database, stage(library, subject, tmp_path, changed, version="1.1.0"))
    assert again == book
    assert states(database) == ["retired", "active"]
    assert first(library, subject, "komodo") == ("Hewan", 4)
    with database.read() as session:
        (row,) = session.scalars(select(Book))
        assert row.vkp_version == "1.1.0"


def test_two_activations_at_the_same_moment_both_arrive(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    packs = [stage(library, subject, tmp_path, (f"Halaman tentang topik{n}.",), f"Buku{n}") for n in range(6)]
    start = threading.Barrier(len(packs))

    def switch(number: int) -> None:
        start.wait()
        activate(database, packs[number], f"Buku{number}")

    with ThreadPoolExecutor(len(packs)) as pool:
        list(pool.map(switch, range(len(packs))))
    books = {first(library, subject, f"topik{n}")[0] for n in range(6)}
    assert books == {f"Buku{n}" for n in range(6)}
    with database.read() as session:
        assert len(list(session.scalars(select(UpdateEntry)))) == 6


def test_activation_is_one_transaction(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    pack = stage(library, subject, tmp_path)
    told: list[frozenset[str]] = []
    database.subscribe(told.append)
    book = generations.BookValues("Hewan", "hewan.pdf", 1, 6, 6, "0" * 64)
    with database.write() as session:
        user = User(username="guru", password_hash="-", role="teacher", full_name="Bu Guru")
        session.add(user)
    notice = generations.NoticeValues(user.id, "book_ready", {"title": "Hewan"})
    nobody = generations.NoticeValues(user.id, "x" * 300, {"title": object()})  # type: ignore[dict-item]
    with pytest.raises(Exception, match="serializable"), database.write() as session:
        generations.activate(session, pack, book, user_id=user.id, notice=nobody)
    assert states(database) == ["staged"]
    assert told == []
    with database.write() as session:
        generations.activate(session, pack, book, user_id=user.id, notice=notice)
    assert told == [frozenset({"books", "subjects", "history", "notices"})]
    with database.read() as session:
        assert session.scalars(select(Notice.payload)).one() == {"title": "Hewan"}
        assert session.scalars(select(UpdateEntry.user_id)).one() == user.id


def test_a_pack_is_activated_once(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    pack = stage(library, subject, tmp_path)
    activate(database, pack)
    with pytest.raises(Invalid):
        activate(database, pack)
    with pytest.raises(Missing):
        activate(database, 999)


def test_a_removed_book_comes_back_until_it_is_swept(
    database: Database, library: Library, index: ExactIndex, home: Path, tmp_path: Path
) -> None:
    subject = add_subject(database)
    animals = stage(library, subject, tmp_path)
    activate(database, animals)
    activate(database, stage(library, subject, tmp_path, PLANETS, "Planet"), "Planet")
    with database.write() as session:
        generations.retire(session, animals)
    assert first(library, subject, "gajah sumatra")[0] == "Planet"
    assert library.sweep(datetime.now(UTC) - timedelta(days=1)) == 0
    with database.write() as session:
        generations.restore(session, animals)
    assert first(library, subject, "gajah sumatra") == ("Hewan", 2)
    with database.write() as session:
        generations.retire(session, animals)
    assert library.sweep(LATER) == 1
    assert len(index.collections()) == 1
    assert len(list((home / "packs").glob("*.vkp"))) == len(list((home / "packs").glob("*.terms"))) == 1
    with pytest.raises(Invalid) as late, database.write() as session:
        generations.restore(session, animals)
    assert late.value.code is Failure.BOOK_SWEPT
    assert first(library, subject, "cincin saturnus") == ("Planet", 4)
    with database.read() as session:
        assert [book.title for book in session.scalars(select(Book))] == ["Planet"]


def test_a_removed_book_that_was_added_again_is_no_duplicate(
    database: Database, library: Library, tmp_path: Path
) -> None:
    subject = add_subject(database)
    old = stage(library, subject, tmp_path)
    activate(database, old)
    with database.write() as session:
        generations.retire(session, old)
    activate(database, stage(library, subject, tmp_path))
    with pytest.raises(Invalid) as again, database.write() as session:
        generations.restore(session, old)
    assert again.value.code is Failure.BOOK_DUPLICATE
    with database.read() as session:
        assert len(list(session.scalars(select(Book)))) == 1


def test_the_last_book_may_go(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    pack = stage(library, subject, tmp_path)
    activate(database, pack)
    with database.write() as session:
        generations.retire(session, pack)
    with pytest.raises(Missing) as empty:
        library.search(subject, "komodo")
    assert empty.value.code is Failure.SUBJECT_EMPTY
    with pytest.raises(Missing), database.write() as session:
        generations.retire(session, pack)


def test_a_collection_swept_under_a_reader_is_no_error(
    database: Database, home: Path, encoder: HashEncoder, tmp_path: Path
) -> None:
    class Swept(ExactIndex):
        """Drops the first collection in the moment between the generation's reading and the search."""

        def search(self, collection: str, vector: object, limit: int) -> list[tuple[int, float]]:
            if len(self.stored) == 2:
                activated.set()
                with database.write() as session:
                    generations.retire(session, old)
                library.sweep(LATER)
            return super().search(collection, vector, limit)  # type: ignore[arg-type]

    activated = threading.Event()
    index = Swept()
    library = Library(database, home, index, encoder)
    subject = add_subject(database)
    old = stage(library, subject, tmp_path)
    activate(database, old)
    stored = ExactIndex()
    stored.stored = index.stored
    second = Library(database, home, stored, encoder)
    activate(database, stage(second, subject, tmp_path, PLANETS, "Planet"), "Planet")
    assert first(library, subject, "cincin saturnus") == ("Planet", 4)
    assert activated.is_set()


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """What the process writes beyond so many bytes of a file fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_disk_full_while_staging_leaves_nothing(
    database: Database, library: Library, index: ExactIndex, home: Path, tmp_path: Path
) -> None:
    subject = add_subject(database)
    activate(database, stage(library, subject, tmp_path))
    big = small_pack(tmp_path / "big.vkp", HashEncoder(), [f"Halaman {n} berisi angka." for n in range(20000)])
    with file_size_limit(big.stat().st_size // 2), pytest.raises(Unavailable) as full:
        library.stage(big, subject, "book:big")
    assert full.value.code is Failure.DISK_FULL
    assert states(database) == ["active"]
    assert len(index.collections()) == len(list((home / "packs").glob("*.vkp"))) == 1
    assert list((home / "staging").iterdir()) == []
    assert first(library, subject, "komodo") == ("Hewan", 3)


def test_recovery_rebuilds_what_is_missing_and_names_what_is_lost(
    database: Database, library: Library, index: ExactIndex, home: Path, encoder: HashEncoder, tmp_path: Path
) -> None:
    subject = add_subject(database)
    animals = stage(library, subject, tmp_path)
    activate(database, animals)
    planets = stage(library, subject, tmp_path, PLANETS, "Planet")
    activate(database, planets, "Planet")
    stage(library, subject, tmp_path, ("Belum aktif.",), "Lain")
    for stored in list(index.stored.values()):
        stored.pop(0)
    with database.read() as session:
        lost = home / "packs" / session.get_one(Pack, planets).file
    lost.write_bytes(lost.read_bytes()[:100])
    (home / "packs" / "0123.vkp").write_bytes(b"nobody's")
    again = Library(database, home, index, encoder)
    assert again.recover() == [(planets, Failure.PACK_DAMAGED)]
    assert states(database) == ["active", "active"]
    assert not (home / "packs" / "0123.vkp").exists()
    assert first(again, subject, "kucing tikus") == ("Hewan", 1)
    again.warm()


def test_questions_are_answered_while_a_pack_is_staged(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    activate(database, stage(library, subject, tmp_path))
    big = small_pack(tmp_path / "big.vkp", HashEncoder(), [f"Halaman {n} berisi angka." for n in range(400)])
    with ThreadPoolExecutor(1) as pool:
        staged = pool.submit(library.stage, big, subject, "book:big")
        asked = 0
        while not staged.done() or not asked:
            assert first(library, subject, "komodo") == ("Hewan", 3)
            asked += 1
    assert states(database) == ["active", "staged"]
