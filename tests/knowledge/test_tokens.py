"""Words and stems of Indonesian questions about books, code among them."""

from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.tokens import content_words, stem, terms, words


def test_code_words_and_numbers_stay_whole_and_are_found_by_their_parts() -> None:
    found = set(terms("Panggil fmt.Println(1.000) dengan := di goroutine"))
    assert {"fmt.println", "fmt", "println", "1.000", ":=", "goroutine"} <= found


def test_stem_and_surface_form_are_both_terms() -> None:
    assert set(terms("membaca")) == {"membaca", "~baca"}


def test_words_of_one_root_that_mean_different_things_keep_apart() -> None:
    assert content_words("percepatannya kecepatan cepatnya") == ("percepatan", "kecepatan", "cepat")
    assert content_words("pemerintahlah memerintahkan") == ("pemerintah", "perintah")


def test_reduplication_has_one_stem() -> None:
    assert stem("anak-anak") == "anak"


def test_question_words_are_no_content() -> None:
    assert content_words("Apa itu algoritma?") == ("algoritma",)
    assert content_words("Apa perbedaan var dan const di Go?") == ("beda", "var", "const", "go")
    assert content_words("Apa yang dimaksud?") == ()


def test_words_of_an_empty_text() -> None:
    assert words("") == words(" \n\t…") == []
    assert content_words("") == ()


@given(st.text(max_size=200))
def test_any_text_has_terms_without_line_breaks(text: str) -> None:
    for term in terms(text):
        assert term
        assert "\n" not in term


def test_raised_and_lowered_characters_are_found_as_they_are_typed() -> None:
    assert set(words("H2O x2 km2")) == set(words("H₂O x² km²")) == {"h2o", "x2", "km2"}
    assert words("x^2 dan 10^3") == words("x² dan 10³")
    assert "co2" in list(terms("CO₂ terlarut"))
