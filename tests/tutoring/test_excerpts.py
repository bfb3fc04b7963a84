from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.tutoring.excerpts import SMALLEST, excerpts, narrow

TEXT = (
    "Kabel UTP dipakai di laboratorium. Panjangnya paling banyak seratus meter. "
    "Router menghubungkan dua jaringan yang berbeda. Modem mengubah sinyal. "
    "Kantin sekolah menjual gado-gado."
)


def test_what_fits_stays_whole() -> None:
    assert excerpts(["satu", "dua"], "apa", 1000) == ["satu", "dua"]


def test_the_best_sentences_are_kept() -> None:
    assert narrow(TEXT, "Apa fungsi router dalam jaringan?", 60) == "Router menghubungkan dua jaringan yang berbeda."


def test_the_second_text_is_narrowed_to_the_rest() -> None:
    parts = excerpts(["a" * 300, TEXT], "Apa fungsi router?", 300 + SMALLEST + 5)
    assert parts[0] == "a" * 300
    assert "Router" in parts[1]
    assert len(parts[1]) <= SMALLEST + 5


def test_a_small_rest_is_not_filled() -> None:
    assert len(excerpts(["a" * 300, TEXT], "apa", 310)) == 1


@given(st.lists(st.text(min_size=1, max_size=400), max_size=6), st.text(max_size=50), st.integers(1, 900))
def test_the_budget_holds(texts: list[str], question: str, budget: int) -> None:
    parts = excerpts(texts, question, budget)
    assert sum(map(len, parts)) <= budget
    assert len(parts) <= len(texts)
