"""BM25: postings of several packs score as one index would, and survive their file."""

from collections import Counter
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.lexical import K1, B, Postings, scores
from nexus_appliance.knowledge.tokens import terms
from tests.knowledge.texts import ANIMALS, PLANETS

WORDS = st.sampled_from(["kucing", "gajah", "planet", "makan", "memakan", "fmt.Println", "1945", "dan"])
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), max_size=8)


def by_the_book(texts: list[str], question: str) -> list[float]:
    """BM25 as the formula is written (Robertson and Zaragoza 2009), with idf = ln(1 + (N - n + 0.5) / (n + 0.5))."""
    documents = [Counter(terms(text)) for text in texts]
    mean = sum(document.total() for document in documents) / max(1, len(documents)) or 1.0
    result = []
    for document in documents:
        score = 0.0
        for term in terms(question):
            holding = sum(term in other for other in documents)
            idf = np.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            norm = K1 * (1 - B + B * document.total() / mean)
            score += idf * document[term] * (K1 + 1) / (document[term] + norm) if document[term] else 0.0
        result.append(score)
    return result


@given(TEXTS, TEXTS, st.lists(WORDS, min_size=1, max_size=5).map(" ".join))
def test_packs_together_score_like_one_index(first: list[str], second: list[str], question: str) -> None:
    found = np.concatenate(scores([Postings.build(first), Postings.build(second)], question))
    np.testing.assert_allclose(found, by_the_book(first + second, question), rtol=1e-4, atol=1e-6)


def test_agrees_with_bm25s() -> None:
    texts = [*ANIMALS, *PLANETS]
    other = bm25s.BM25(method="lucene", k1=K1, b=B)
    other.index([list(terms(text)) for text in texts], show_progress=False)
    question = "planet terbesar di tata surya"
    (ours,) = scores([Postings.build(texts)], question)
    theirs = other.get_scores(list(terms(question)))
    # Lucene leaves out the constant factor (k1 + 1)
    np.testing.assert_allclose(ours / (K1 + 1), theirs, rtol=1e-3)


def test_a_form_of_the_word_finds_its_stem() -> None:
    (found,) = scores([Postings.build(ANIMALS)], "hewan pemakan daun")
    assert int(np.argmax(found)) == 1


def test_survives_its_file(tmp_path: Path) -> None:
    built = Postings.build([*ANIMALS, ""])
    built.save(tmp_path / "a.terms")
    read = Postings.load(tmp_path / "a.terms", len(ANIMALS) + 1)
    assert read is not None
    np.testing.assert_array_equal(scores([read], "komodo hidup")[0], scores([built], "komodo hidup")[0])


@pytest.mark.parametrize("damage", [b"", b"no zip", None])
def test_a_damaged_file_is_no_index(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "a.terms"
    Postings.build(ANIMALS).save(path)
    path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    assert Postings.load(path, len(ANIMALS)) is None
    assert Postings.load(tmp_path / "missing.terms", 1) is None


def test_a_file_of_another_pack_is_no_index(tmp_path: Path) -> None:
    Postings.build(ANIMALS).save(tmp_path / "a.terms")
    assert Postings.load(tmp_path / "a.terms", len(ANIMALS) + 1) is None
