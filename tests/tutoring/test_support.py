"""Sentences against passages."""

import pytest

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
