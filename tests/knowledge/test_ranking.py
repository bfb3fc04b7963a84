"""The second look at the first candidates."""

from pathlib import Path

import pytest

from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.ranking import LOOKED_AT, look_again
from nexus_appliance.knowledge.retrieval import Candidate
from nexus_appliance.knowledge.shelf import Shelf, ShelvedPack
from nexus_appliance.storage import schema
from nexus_appliance.storage.database import Database
from tests.fakes import HashEncoder
from tests.knowledge.books import add_subject, small_pack

LISTING = "const ukuran = 3\nvar jalur = 4"
DIFFERENCE = "Bedanya ada pada kata kunci: const bukan var."
QUESTION = "Apa beda var dan const?"
WANTED = {"beda": 2.0, "var": 1.0, "const": 1.0}


@pytest.fixture
def pack(database: Database, library: Library, tmp_path: Path) -> ShelvedPack:
    """A listing, a sentence that answers, and many pages of other things, the last under a heading that fits."""
    texts = [LISTING, DIFFERENCE, *(f"Halaman lain {number}." for number in range(30))]
    sections = ["Kode", "Kode", *["Lain"] * 29, "Beda var dan const"]
    file = small_pack(tmp_path / "a.vkp", HashEncoder(), texts, sections=sections)
    pack_id = library.stage(file, add_subject(database), "book:a")
    with database.read() as session:
        return Shelf(library._store).get(session.get_one(schema.Pack, pack_id))


def ranked(*rows: int) -> list[tuple[Candidate, float]]:
    return [(Candidate((0, row), 0.9, 1.0), 1.0 - place / 100) for place, row in enumerate(rows)]


def rows(found: list[tuple[Candidate, float]]) -> list[int]:
    return [candidate.place[1] for candidate, _ in found]


def test_one_sentence_that_answers_comes_before_a_listing(pack: ShelvedPack) -> None:
    assert rows(look_again([pack], ranked(0, 1), QUESTION, WANTED)) == [1, 0]


def test_a_heading_that_speaks_of_it_counts(pack: ShelvedPack) -> None:
    assert rows(look_again([pack], ranked(5, 31), QUESTION, WANTED)) == [31, 5]


def test_nothing_is_lost_and_scores_fall(pack: ShelvedPack) -> None:
    before = ranked(*range(32))
    after = look_again([pack], before, QUESTION, WANTED)
    assert sorted(rows(after)) == list(range(32))
    assert rows(after)[LOOKED_AT:] == list(range(LOOKED_AT, 32))
    scores = [score for _, score in after]
    assert scores == sorted(scores, reverse=True)


def test_a_question_without_content_changes_nothing(pack: ShelvedPack) -> None:
    assert rows(look_again([pack], ranked(3, 1, 2), "apa itu", {})) == [3, 1, 2]
