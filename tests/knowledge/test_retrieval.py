"""How candidates are joined and which passages are shown."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.retrieval import Candidate, fuse, standardise
from nexus_appliance.storage.database import Database
from tests.fakes import HashEncoder
from tests.knowledge.books import activate, add_subject, small_pack

FLOATS = st.floats(-100, 100)


@given(st.lists(FLOATS, min_size=2, max_size=30))
def test_z_scores_have_mean_zero_and_deviation_one_or_are_all_zero(values: list[float]) -> None:
    scores = standardise(values)
    assert abs(scores.mean()) < 1e-6
    assert not scores.any() or abs(scores.std() - 1) < 1e-6


def test_dense_and_lexical_scores_both_count() -> None:
    both = Candidate((0, 0), 0.9, 9.0)
    dense = Candidate((0, 1), 0.9, 0.0)
    lexical = Candidate((0, 2), 0.7, 9.0)
    neither = Candidate((0, 3), 0.7, 0.0)
    order = [candidate for candidate, _ in fuse([neither, lexical, dense, both])]
    assert order == [both, dense, lexical, neither]
    assert fuse([]) == []


def test_a_text_that_stands_on_two_pages_is_shown_once_and_pages_are_many(
    database: Database, library: Library, tmp_path: Path
) -> None:
    texts = ["Komodo hidup di pulau."] * 3 + [f"Komodo nomor {n} hidup di kandang." for n in range(9)]
    path = small_pack(tmp_path / "a.vkp", HashEncoder(), texts)
    subject = add_subject(database)
    activate(database, library.stage(path, subject, "book:a"))
    passages = library.search(subject, "komodo hidup di pulau", limit=6).passages
    assert len(passages) == 6
    assert len({passage.text for passage in passages}) == 6
    assert len({passage.page for passage in passages}) >= 5
    assert [passage.score for passage in passages] == sorted((p.score for p in passages), reverse=True)
    assert len({passage.key for passage in passages}) == 6


def test_limits(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    activate(database, library.stage(small_pack(tmp_path / "a.vkp", HashEncoder()), subject, "book:a"))
    assert len(library.search(subject, "komodo", limit=1).passages) == 1
    assert len(library.search(subject, "komodo", limit=50).passages) == 6
    assert library.search(subject, "?!").passages


def test_signals_tell_a_question_of_the_book_from_another(database: Database, library: Library, tmp_path: Path) -> None:
    subject = add_subject(database)
    activate(database, library.stage(small_pack(tmp_path / "a.vkp", HashEncoder()), subject, "book:a"))
    near = library.search(subject, "Di mana badak jawa?").signals
    far = library.search(subject, "Berapa tarif pajak kendaraan?").signals
    assert near.coverage == 1.0
    assert far.coverage == 0.0
    assert near.cosine > far.cosine
    assert near.words == 2
