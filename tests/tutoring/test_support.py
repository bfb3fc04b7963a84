"""Sentences against passages."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.tutoring.support import Passages

PASSAGES = Passages(
    (
        "Monumen Nasional setinggi 132 meter berdiri di Jakarta Pusat dan diresmikan pada 12 Juli 1975.",
        "Ilmuwan Mikhail Tsvet menemukan kromatografi, sebuah teknik pemisahan zat, dengan luas 24.090 km².",
    ),
    "Siapa perancang Tugu Monas?",
)


@pytest.mark.parametrize(
    ("sentence", "source", "doubtful"),
    [
        ("Monumen Nasional tingginya 132 meter.", 1, False),
        ("Kromatografi ditemukan oleh Mikhail Tsvet.", 2, False),
        ("Tsvet menemukan teknik pemisahan zat.", 2, False),
        ("Luas wilayah itu 24090 km².", 2, False),
        ("Monumen Nasional tingginya 137 meter.", 1, True),
        ("Monumen Nasional diresmikan oleh Soekarno.", 1, True),
        ("Kromatografi dipakai untuk memasak makanan lezat setiap hari.", 0, True),
        ("1. Monumen Nasional berdiri di Jakarta.", 1, False),
        ("Perancang Monas terkenal.", 0, True),
        ("Ya, benar.", 0, False),
        ("", 0, False),
        ("Langkahnya:", 0, False),
    ],
)
def test_what_the_books_hold(sentence: str, source: int, doubtful: bool) -> None:
    assert PASSAGES.doubtful(sentence) is doubtful
    if not doubtful:
        assert PASSAGES.source(sentence) == source


def test_without_passages_every_claim_is_doubtful() -> None:
    nothing = Passages((), "")
    assert nothing.source("Air mendidih pada suhu tinggi.") == 0
    assert nothing.doubtful("Air laut mendidih pada suhu tinggi.")


VOLUME = Passages(
    ["Samudra Atlantik adalah samudra terbesar kedua. Volume Samudra Atlantik adalah 354.700.000 km³."],
    "Berapa luas Samudra Atlantik?",
)


def test_what_is_said_of_another_thing_shows_in_the_words_of_the_question() -> None:
    astray = VOLUME.alignment("Luas Samudra Atlantik adalah 354.700.000 km³.")
    assert (astray.told, astray.numbers) == (1.0, 1.0)
    assert astray.asked == pytest.approx(2 / 3)
    assert astray.held < 1.0
    assert set(astuple(VOLUME.alignment("Volume Samudra Atlantik adalah 354.700.000 km³."))) == {1.0}


def test_numbers_and_new_words_must_stand_in_one_sentence() -> None:
    torn = Passages(["Gunung itu meletus dahsyat. Kota Bandung dibangun 1810."], "Kapan gunung itu meletus?")
    found = torn.alignment("Gunung itu meletus tahun 1810.")
    assert min(found.held, found.told, found.numbers) < 1.0


def test_a_sentence_is_read_with_what_names_its_thing() -> None:
    band = Passages(["Yudie adalah penyanyi. Ia terkenal. Ia berasal dari Pontianak."], "Dari mana Yudie berasal?")
    found = band.alignment("Yudie berasal dari Pontianak.")
    assert (found.held, found.told, found.asked) == (1.0, 1.0, 1.0)
    assert found.alone < 1.0


def test_a_bare_name_claims_what_was_asked() -> None:
    battle = Passages(["Angkatan Laut bertempur di Kepulauan Stewart."], "Siapa yang memenangkan pertempuran itu?")
    assert battle.alignment("Angkatan Laut.").asked < 1.0


@given(st.lists(st.text(max_size=80), max_size=4), st.text(max_size=60), st.text(max_size=80))
def test_shares_are_shares(texts: list[str], question: str, sentence: str) -> None:
    found = Passages(texts, question).alignment(sentence)
    assert all(0.0 <= share <= 1.0 for share in astuple(found))
