"""What students type, in the words of books."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.informal import FORMS, formal

BOOK = {"percepatan", "einstein", "algoritma", "komputer", "jaringan", "sma", "hub", "fmt", "println", "zelda", "zelta"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmn cara ngitung percpatan?", "bagaimana cara menghitung percepatan?"),
        ("knp Einstien pindah", "kenapa einstein pindah"),
        ("apaaa itu algortima", "apa itu algoritma"),
        ("buku2nya dmn yg baru", "buku-bukunya di mana yang baru"),
        ("komputerr", "komputer"),
        ("fmt.Prinltn", "fmt.println"),
    ],
)
def test_spoken_and_misspelt_words(typed: str, meant: str) -> None:
    assert formal(typed, BOOK) == meant


@pytest.mark.parametrize("typed", ["Apa itu SMA?", "kucing makan apa", "zelka", "2024", "hub", "Percepatan", ""])
def test_what_is_in_the_book_or_in_the_dictionary_stays_and_two_neighbours_are_none(typed: str) -> None:
    assert formal(typed, BOOK) == typed


@given(st.text(max_size=100))
def test_what_is_no_word_stays(text: str) -> None:
    changed = formal(text, BOOK)
    assert [mark for mark in changed if not mark.isalnum() and mark not in "- "] == [
        mark for mark in text if not mark.isalnum() and mark not in "- "
    ]


def test_forms_lead_to_words_that_are_no_forms_themselves() -> None:
    assert not [full for full in FORMS.values() if full in FORMS]
