"""The page that leads beside a written answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.logistic import Logistic
from nexus_appliance.tutoring.leading import ranked, signs
from nexus_appliance.tutoring.support import Passages

TEXTS = ("Router menghubungkan jaringan yang berbeda.", "Modem mengubah sinyal digital menjadi analog.")
WEIGHED = Logistic({"score": 1.0, "said": 2.0}, 0.0)


def led(answer: str, *scores: float) -> int:
    return ranked(signs(Passages(TEXTS, "Apa fungsinya?"), answer, scores), WEIGHED)[0][1]


def test_the_page_that_says_it_leads_before_one_that_was_found_a_little_nearer() -> None:
    assert led("Alat itu mengubah sinyal digital.", 1.5, 1.0) == 1
    assert led("Alat itu mengubah sinyal digital.", 4.0, 1.0) == 0
    assert led("Alat itu menghubungkan jaringan.", 1.5, 1.0) == 0


def test_each_sentence_of_the_answer_counts() -> None:
    found = signs(Passages(TEXTS, ""), "Router menghubungkan jaringan. Modem mengubah sinyal.", (1.0, 1.0))
    assert [one["said"] for one in found] == [0.5, 0.5]


def test_a_page_that_has_the_words_and_another_number_does_not_say_it() -> None:
    texts = ("Sekolah itu berdiri pada tahun 1951.", "Sekolah itu pindah pada tahun 1954.")
    found = signs(Passages(texts, "Kapan sekolah itu berdiri?"), "Sekolah itu berdiri tahun 1954.", (1.0, 1.0))
    assert [one["said"] for one in found] == [0.0, 1.0]


@pytest.mark.parametrize(
    "answer",
    [
        "Modem mengubah sinyal digital [1].",
        "Modem mengubah sinyal digital. [2]",
        "Modem mengubah sinyal digital.\n\n```\njaringan = router()\njaringan.berbeda = True\n```",
    ],
)
def test_marks_of_the_model_and_listings_say_nothing(answer: str) -> None:
    plain = signs(Passages(TEXTS, ""), "Modem mengubah sinyal digital.", (1.0, 1.0))
    assert signs(Passages(TEXTS, ""), answer, (1.0, 1.0)) == plain
    assert [one["said"] for one in plain] == [0.0, 1.0]


def test_an_answer_that_says_nothing_changes_nothing() -> None:
    for answer in ("", "   ", "..."):
        assert [one["said"] for one in signs(Passages(TEXTS, ""), answer, (1.0, 1.0))] == [0.0, 0.0]
        assert led(answer, 2.0, 1.0) == 0


def test_without_any_text_the_search_decides() -> None:
    found = signs(Passages(("", ""), ""), "Modem mengubah sinyal.", (2.0, 1.0))
    assert ranked(found, WEIGHED) == [(2.0, 0), (1.0, 1)]


@given(st.lists(st.floats(-9, 9), max_size=5))
def test_every_passage_is_ranked_and_those_that_are_equal_stay_as_they_were(scores: list[float]) -> None:
    found = ranked([{"score": score, "said": 0.0} for score in scores], WEIGHED)
    assert [place for _, place in found] == sorted(range(len(scores)), key=lambda place: (-scores[place], place))


MORE = (*TEXTS, "Kabel serat optik membawa cahaya.", "Sakelar membagi jaringan lokal.", "Server melayani klien.")


@given(st.lists(st.sampled_from(MORE), min_size=1, max_size=5, unique=True), st.data())
def test_passages_change_places_whole(texts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    passages = Passages(texts, "Apa fungsinya?")
    passages.put_first(place)
    ordered = (texts[place], *texts[:place], *texts[place + 1 :])
    assert passages.texts == ordered
    fresh = Passages(ordered, "Apa fungsinya?")
    for text in texts:
        assert passages.source(text) == fresh.source(text) == ordered.index(text) + 1
        assert passages.alignments(text) == fresh.alignments(text)
