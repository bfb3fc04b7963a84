"""The second look at the first candidates."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.ranking import LOOKED_AT, Question, look_again
from nexus_appliance.knowledge.retrieval import Candidate
from nexus_appliance.knowledge.sentence_vectors import Filling, SentenceVectors
from nexus_appliance.knowledge.shelf import Shelf, ShelvedPack
from nexus_appliance.knowledge.weights import UNFITTED, Calibration
from nexus_appliance.storage import generations, schema
from nexus_appliance.storage.database import Database
from tests.fakes import HashEncoder
from tests.knowledge.books import add_subject, small_pack

LISTING = "const ukuran = 3\nvar jalur = 4"
DIFFERENCE = "Bedanya ada pada kata kunci: const bukan var."
QUESTION = "Apa beda var dan const?"
WANTED = {"beda": 2.0, "var": 1.0, "const": 1.0}
BY_SENTENCE = {"passage": {"dense": 0.1, "near": 1.0}, "sentence": {"near": 1.0}}
CALIBRATION = Calibration.read({"near": BY_SENTENCE, "plain": UNFITTED})


@pytest.fixture
def row(database: Database, library: Library, tmp_path: Path) -> schema.Pack:
    """A listing, a sentence that answers, and many pages of other things, the last under a heading that fits."""
    texts = [LISTING, DIFFERENCE, *(f"Halaman lain {number}." for number in range(30))]
    sections = ["Kode", "Kode", *["Lain"] * 29, "Beda var dan const"]
    file = small_pack(tmp_path / "a.vkp", HashEncoder(), texts, sections=sections)
    pack_id = library.stage(file, add_subject(database), "book:a")
    with database.write() as session:
        generations.activate(session, pack_id, None)
        return session.get_one(schema.Pack, pack_id)


@pytest.fixture
def pack(library: Library, row: schema.Pack) -> ShelvedPack:
    return Shelf(library._store).get(row)


def candidates(*numbers: int) -> list[Candidate]:
    """Windows that a search finds equally near."""
    return [Candidate((0, number), 0.9, 1.0) for number in numbers]


def question(text: str = QUESTION, wanted: Mapping[str, float] = WANTED) -> Question:
    return Question.of(text, HashEncoder().queries([text])[0], wanted)


def order(pack: ShelvedPack, *numbers: int, asked: Question | None = None) -> list[int]:
    ranked, _ = look_again([pack], candidates(*numbers), asked or question(), CALIBRATION)
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    return [candidate.place[1] for candidate, _ in ranked]


def test_one_sentence_that_answers_comes_before_a_listing(pack: ShelvedPack) -> None:
    assert order(pack, 1, 0)[0] == 1


def test_a_heading_that_speaks_of_it_counts(pack: ShelvedPack) -> None:
    assert order(pack, 5, 31) == [31, 5]


def test_nothing_is_lost_and_scores_fall(pack: ShelvedPack) -> None:
    found = order(pack, *range(32))
    assert sorted(found) == list(range(32))
    assert found[LOOKED_AT:] == list(range(LOOKED_AT, 32))


def test_a_question_without_content_changes_nothing(pack: ShelvedPack) -> None:
    assert order(pack, 3, 1, 2, asked=question("apa itu", {})) == [3, 1, 2]


def test_without_vectors_of_sentences_nothing_is_known_of_their_nearness(pack: ShelvedPack) -> None:
    assert look_again([pack], candidates(0, 1), question(), CALIBRATION)[1] is None


def test_the_nearest_sentence_comes_first_once_it_is_known(library: Library, row: schema.Pack) -> None:
    while library.refine():
        pass
    pack = Shelf(library._store).get(row)
    asked = question(DIFFERENCE, {})
    assert order(pack, 3, 4, 1, asked=asked)[0] == 1
    near = look_again([pack], candidates(3, 4, 1), asked, CALIBRATION)[1]
    assert near is not None
    assert near[DIFFERENCE] == pytest.approx(1.0, abs=1e-3)


def test_a_pack_without_them_beside_one_that_has_them(library: Library, row: schema.Pack, pack: ShelvedPack) -> None:
    while library.refine():
        pass
    known = Shelf(library._store).get(row)
    found = [Candidate((0, 1), 0.9, 1.0), Candidate((1, 3), 0.8, 1.0)]
    near = look_again([known, pack], found, question(), CALIBRATION)[1]
    assert near is not None
    assert near["Halaman lain 1."] == 0.8


@pytest.mark.parametrize("spoiled", ["gone", "short", "of another text"])
def test_a_file_that_is_spoiled_while_in_use_costs_the_finer_order_alone(
    library: Library, row: schema.Pack, spoiled: str
) -> None:
    while library.refine():
        pass
    pack = Shelf(library._store).get(row)
    file = library._store.sentences_file(row)
    if spoiled == "gone":
        file.unlink()
    elif spoiled == "short":
        file.write_bytes(file.read_bytes()[:200])
    else:
        fewer = [DIFFERENCE] * len(pack.windows)
        filling = Filling(file, [f"{DIFFERENCE} {LISTING}", *fewer[1:]], HashEncoder().identity.dimensions)
        while filling.step(HashEncoder(), 100):
            pass
        pack = replace(pack, sentences=SentenceVectors.load(file, len(fewer)))
    ranked, near = look_again([pack], candidates(0, 1, 2), question(), CALIBRATION)
    assert near is None
    assert len(ranked) == 3


def test_no_candidates_at_all(pack: ShelvedPack) -> None:
    assert look_again([pack], [], question(), CALIBRATION) == ([], None)


def test_the_calibration_that_ships_names_known_signs() -> None:
    shipped = Calibration.of("multilingual-e5-small-q4")
    assert np.any(shipped.near.passage != shipped.plain.passage)
    assert shipped.near.passage[0] > 0
