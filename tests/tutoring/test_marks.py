"""Passage numbers in answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.tutoring.marks import DOUBT, marked, without_marks
from nexus_appliance.tutoring.support import Passages

EXCERPTS = (
    "Jaringan komputer menghubungkan beberapa komputer.",
    "Algoritma adalah urutan langkah yang jelas untuk menyelesaikan masalah.",
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Air mendidih [1].", "Air mendidih."),
        ("Air [1, 2, 9] mendidih. [3]", "Air mendidih."),
        ("[1]", ""),
        ("[2] Judul", "Judul"),
        ("Air mendidih. [?]", "Air mendidih."),
        ("larik[3] dalam teks", "larik[3] dalam teks"),
        ("`larik[0]` [1]\n```go\na[9] = b[1]\n``` [9]", "`larik[0]`\n```go\na[9] = b[1]\n```"),
    ],
)
def test_what_the_model_numbers_is_dropped(text: str, shown: str) -> None:
    assert without_marks(text).replace("  ", " ") == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Algoritma adalah urutan langkah yang jelas.", "Algoritma adalah urutan langkah yang jelas. [2]"),
        ("Algoritma adalah urutan langkah [1].", "Algoritma adalah urutan langkah. [2]"),
        ("Fotosintesis terjadi pada daun hijau.", "Fotosintesis terjadi pada daun hijau. [?]"),
        ("Ya, benar.", "Ya, benar."),
        (
            "Jaringan menghubungkan komputer. Algoritma adalah urutan langkah.",
            "Jaringan menghubungkan komputer. [1] Algoritma adalah urutan langkah. [2]",
        ),
        (
            "Algoritma adalah urutan. Langkah yang jelas. Daun tumbuh hijau muda. Akar pohon minum air.",
            "Algoritma adalah urutan. Langkah yang jelas. [2] Daun tumbuh hijau muda. [?] Akar pohon minum air. [?]",
        ),
        ("- Algoritma adalah urutan\n- Daun", "- Algoritma adalah urutan [2]\n- Daun"),
        ("urutan langkah: `a[1]`", "urutan langkah: `a[1]` [2]"),
        (
            "Langkah menyelesaikan masalah:\n```go\nurutan\n```",
            "Langkah menyelesaikan masalah: [2]\n```go\nurutan\n```",
        ),
        ("", ""),
    ],
)
def test_each_sentence_gets_the_number_of_its_source(text: str, shown: str) -> None:
    assert marked(text, Passages(EXCERPTS, "Apa itu?")) == shown


@given(
    st.text(alphabet="ab [],?0123456789.\n", max_size=80), st.lists(st.text(alphabet="ab ", max_size=30), max_size=3)
)
def test_the_model_cannot_write_a_mark(text: str, texts: list[str]) -> None:
    passages = Passages(texts, "")
    plain = without_marks(text)
    assert without_marks(plain) == plain
    assert marked(text, passages) == marked(plain, passages)
    assert DOUBT not in plain


def test_formulas_and_tables_stay_whole() -> None:
    passages = Passages(EXCERPTS, "algoritma")
    formula = "\\[\nT = 5 n^2\n\\]"
    table = "| Hal | Arti |\n|---|---|\n| Algoritma | urutan langkah yang jelas |\n| Topologi | bentuk dari Robert |"
    shown = marked(f"Algoritma adalah urutan langkah.\n\n{formula}\n\n{table}", passages)
    assert formula in shown
    assert "| Hal | Arti |\n|---|---|\n| Algoritma | urutan langkah yang jelas [2] |" in shown
    assert shown.endswith("| Topologi | bentuk dari Robert [?] |")
    assert without_marks(r"Isi \(a_i[1]\) dan \([2]\) saja [1]") == r"Isi \(a_i[1]\) dan \([2]\) saja"


def test_what_is_not_trusted_is_doubtful_and_what_says_nothing_is_left_alone() -> None:
    passages = Passages(EXCERPTS, "Apa itu?")
    held = EXCERPTS[0].split(". ")[0].rstrip(".") + "."
    assert DOUBT not in marked(held, passages)
    assert marked(f"{held} Itu dia.", passages, lambda _alignment: False) == f"{held} {DOUBT} Itu dia."
