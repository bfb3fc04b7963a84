import pytest

from nexus_appliance.tutoring.topics import topics_of

PATHS = [
    ("Kata Pengantar",),
    ("Bab 1: Berpikir", "1.1 Apa Itu Berpikir Komputasional?"),
    ("Bab 1: Berpikir", "1.2 Empat Fondasi"),
    ("Bab 1: Berpikir", "Rangkuman"),
    ("Bab 2: Algoritma", "2.1 Percabangan"),
    ("Bab 2: Algoritma", "2.1 Percabangan", "2.1.1. Jika dan Maka"),
    ("Bab 2: Algoritma", "Rangkuman"),
    ("Bab 2: Algoritma", "x"),
]


@pytest.mark.parametrize(
    ("count", "topics"),
    [
        (9, ["Apa Itu Berpikir Komputasional?", "Empat Fondasi", "Percabangan", "Jika dan Maka"]),
        (2, ["Apa Itu Berpikir Komputasional?", "Percabangan"]),
        (0, []),
    ],
)
def test_topics_are_headings_inside_chapters_that_occur_once(count: int, topics: list[str]) -> None:
    assert topics_of(PATHS, count) == topics


def test_a_book_without_chapters_offers_nothing() -> None:
    assert topics_of([("Hewan",), ("Tumbuhan",)], 4) == []
