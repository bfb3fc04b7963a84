"""Notes become a pack that answers beside the books: at once, whole, and whatever happens meanwhile."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Missing, Unavailable
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.passages import Passage
from nexus_appliance.knowledge.vectors import ChromaIndex
from nexus_appliance.operations.noting import Noting
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.school.notes import Notes
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Pack, UpdateEntry, utc_now
from tests.fakes import FloatArray, HashEncoder
from tests.knowledge.books import activate, add_subject, small_pack

ANOA = ("Apa itu anoa?", "Anoa adalah kerbau kerdil dari Sulawesi.")
MALEO = ("Di mana maleo bertelur?", "Maleo bertelur di pasir hangat.\n\nTelurnya lima kali telur ayam.")


class CountingEncoder(HashEncoder):
    """Counts what it encodes; fails, or does something else first, when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded: list[str] = []
        self.before: Callable[[], object] = lambda: None

    def passages(self, texts: Sequence[str]) -> FloatArray:
        self.before()
        self.encoded.extend(texts)
        return super().passages(texts)


class Desk:
    """A subject with a book, its notes, and what makes their pack."""

    def __init__(self, config: Config, database: Database, folder: Path) -> None:
        self.config, self.database, self.encoder = config, database, CountingEncoder()
        vectors = ChromaIndex(config.home / "vectors", self.encoder.identity.key)
        self.library = Library(database, config.home, vectors, self.encoder)
        self.notes = Notes(database)
        self.noting = Noting(config, database, self.library, self.encoder)
        self.subject = add_subject(database)
        book = small_pack(folder / "hewan.vkp", HashEncoder())
        activate(database, self.library.stage(book, self.subject, "book:hewan"))

    def add(self, question: str, answer: str) -> int:
        return self.notes.add(OPERATOR, "biologi_7", question, answer)

    def first(self, question: str) -> Passage:
        return self.library.search(self.subject, question).passages[0]

    def found(self) -> set[str]:
        """The questions of all notes that answer."""
        passages = self.library.search(self.subject, "anoa maleo catatan", limit=50).passages
        return {passage.section for passage in passages if passage.note}

    def pending(self) -> bool:
        return self.notes.list(OPERATOR, "biologi_7").pending

    def packs(self) -> list[str]:
        with self.database.read() as session:
            query = select(Pack.state).where(Pack.source == generations.NOTES_SOURCE).order_by(Pack.id)
            return list(session.scalars(query))


@pytest.fixture
def desk(config: Config, database: Database, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(config, database, tmp_path)
    yield desk
    desk.noting.close()


def test_a_note_answers_beside_the_books_until_it_is_removed(desk: Desk) -> None:
    note = desk.add(*ANOA)
    assert desk.pending()
    assert not desk.first(ANOA[0]).note
    assert desk.noting.work_once()
    passage = desk.first(ANOA[0])
    assert (passage.note, passage.section, passage.printed) == (True, ANOA[0], None)
    assert passage.text == "\n".join(ANOA)
    assert not desk.pending()
    assert desk.first("Di mana komodo hidup?").book == "Hewan"
    desk.notes.remove(OPERATOR, note)
    assert desk.noting.work_once()
    assert not desk.first(ANOA[0]).note
    assert (desk.packs(), desk.pending()) == (["retired"], False)
    assert not desk.noting.work_once()


def test_one_pack_takes_the_place_of_the_other(desk: Desk) -> None:
    first = desk.add(*ANOA)
    desk.noting.work_once()
    desk.add(*MALEO)
    desk.noting.work_once()
    assert desk.found() == {ANOA[0], MALEO[0]}
    desk.notes.edit(OPERATOR, first, 1, "Apa itu anoa gunung?", ANOA[1])
    desk.noting.work_once()
    assert desk.found() == {"Apa itu anoa gunung?", MALEO[0]}
    assert desk.packs() == ["retired", "retired", "active"]
    desk.library.sweep(utc_now() + timedelta(hours=1))
    assert desk.packs() == ["swept", "swept", "active"]
    assert desk.found() == {"Apa itu anoa gunung?", MALEO[0]}


def test_only_what_is_new_is_encoded(desk: Desk) -> None:
    desk.add(*ANOA)
    desk.noting.work_once()
    desk.encoder.encoded.clear()
    desk.add(*MALEO)
    desk.noting.work_once()
    assert desk.encoder.encoded == ["\n".join(MALEO)]


def test_what_changes_during_the_work_never_answers_half(desk: Desk) -> None:
    """The pack of the first state is thrown away; the next round makes that of the last state."""
    first = desk.add(*ANOA)

    def colleague() -> None:
        desk.encoder.before = lambda: None
        desk.notes.remove(OPERATOR, first)
        desk.add(*MALEO)

    desk.encoder.before = colleague
    assert desk.noting.work_once()
    assert (desk.found(), desk.packs(), desk.pending()) == (set(), [], True)
    assert desk.noting.work_once()
    assert desk.found() == {MALEO[0]}
    assert not desk.noting.work_once()


def test_many_teachers_at_once_lose_nothing(desk: Desk) -> None:
    desk.noting.start()
    questions = {f"Catatan nomor {number}?" for number in range(12)}
    start = threading.Barrier(4)

    def write(teacher: int) -> None:
        start.wait()
        for question in sorted(questions)[teacher::4]:
            desk.add(question, "Isi catatan.")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    wait(lambda: not desk.pending())
    assert desk.found() == questions
    assert desk.packs().count("active") == 1


def test_a_book_that_changes_leaves_the_notes_alone(desk: Desk, tmp_path: Path) -> None:
    desk.add(*ANOA)
    desk.noting.work_once()
    newer = small_pack(tmp_path / "baru.vkp", HashEncoder(), ("Orang utan hidup di pohon.",), version="1.1.0")
    activate(desk.database, desk.library.stage(newer, desk.subject, "book:hewan"))
    assert desk.first(ANOA[0]).note
    with desk.database.write() as session:
        book = session.scalar(select(Pack).where(Pack.source == "book:hewan", Pack.state == "active"))
        assert book is not None
        generations.retire(session, book.id)
    assert desk.first(ANOA[0]).note


def test_a_pack_from_outside_is_never_a_note(desk: Desk, tmp_path: Path) -> None:
    """Whatever it calls itself: only our own source name marks notes."""
    path = small_pack(tmp_path / "palsu.vkp", HashEncoder(), ("Palsu sekali.",), title="Catatan guru")
    activate(desk.database, desk.library.stage(path, desk.subject, generations.book_source("0" * 64)), "Catatan guru")
    assert not desk.first("Palsu sekali").note


def test_a_failure_is_tried_again_and_keeps_no_other_subject_waiting(desk: Desk) -> None:
    other = add_subject(desk.database, "fisika_7")
    desk.add(*ANOA)
    desk.notes.add(OPERATOR, "fisika_7", "Apa itu gaya?", "Tarikan.")

    def fail() -> None:
        desk.encoder.before = lambda: None
        raise Unavailable(Failure.ENCODER_GONE)

    desk.encoder.before = fail
    assert desk.noting.work_once()
    assert desk.pending()
    assert desk.library.search(other, "gaya").passages[0].note
    assert desk.noting.work_once()
    assert desk.found() == {ANOA[0]}


def test_a_damaged_pack_is_made_anew(desk: Desk) -> None:
    desk.add(*ANOA)
    desk.noting.work_once()
    with desk.database.read() as session:
        pack = generations.notes_pack(session, desk.subject)
    assert pack is not None
    desk.library.file(pack).write_bytes(b"torn")
    noting = Noting(desk.config, desk.database, desk.library, desk.encoder, [pack.id])
    assert noting.work_once()
    assert desk.found() == {ANOA[0]}
    assert not noting.work_once()


def test_a_subject_may_have_notes_alone(desk: Desk) -> None:
    other = add_subject(desk.database, "fisika_7")
    note = desk.notes.add(OPERATOR, "fisika_7", "Apa itu gaya?", "Tarikan.")
    desk.noting.work_once()
    assert desk.library.search(other, "gaya").passages[0].note
    desk.notes.remove(OPERATOR, note)
    desk.noting.work_once()
    with pytest.raises(Missing):
        desk.library.search(other, "gaya")


def test_each_change_is_in_the_history_of_updates(desk: Desk) -> None:
    note = desk.add(*ANOA)
    desk.noting.work_once()
    desk.notes.remove(OPERATOR, note)
    desk.noting.work_once()
    with desk.database.read() as session:
        query = select(UpdateEntry.kind).where(UpdateEntry.source == "notes").order_by(UpdateEntry.id)
        assert list(session.scalars(query)) == ["activated", "removed"]


def test_a_long_note_is_found_by_its_end(desk: Desk) -> None:
    sentences = [f"Kalimat nomor {number} berisi hal tentang catatan panjang." for number in range(200)]
    desk.add("Apa isi catatan panjang?", " ".join(sentences)[:1900] + " Kuskus berkantung.")
    desk.noting.work_once()
    assert "Kuskus" in desk.first("kuskus berkantung").text


def wait(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _number in range(300):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it did not happen")
