"""Passage numbers in answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.tutoring.marks import keep_real_marks, marked

EXCERPTS = (
    "Jaringan komputer menghubungkan beberapa komputer.",
    "Algoritma adalah urutan langkah yang jelas untuk menyelesaikan masalah.",
)


@pytest.mark.parametrize(
    ("text", "count", "shown"),
    [
        ("Air mendidih [1].", 2, "Air mendidih [1]."),
        ("Air mendidih [7].", 2, "Air mendidih."),
        ("Air [1, 2, 9] mendidih.", 2, "Air [1][2] mendidih."),
        ("Air [0] dan [99] [2]", 2, "Air dan [2]"),
        ("[1]", 0, ""),
        ("larik[3] dalam teks", 5, "larik [3] dalam teks"),
        ("`larik[0]` [1] ```go\na[9] = b[1]\n``` [9]", 1, "`larik[0]` [1] ```go\na[9] = b[1]\n```"),
    ],
)
def test_only_real_marks_stay(text: str, count: int, shown: str) -> None:
    assert keep_real_marks(text, count) == shown


@given(st.text(alphabet="ab [],0123456789.", max_size=80), st.integers(0, 5))
def test_no_mark_points_outside(text: str, count: int) -> None:
    kept = keep_real_marks(text, count)
    assert keep_real_marks(kept, count) == kept


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Algoritma adalah urutan langkah yang jelas.", "Algoritma adalah urutan langkah yang jelas. [2]"),
        ("Algoritma adalah urutan langkah [1].", "Algoritma adalah urutan langkah [1]."),
        ("Algoritma adalah urutan langkah [8].", "Algoritma adalah urutan langkah. [2]"),
        ("Fotosintesis terjadi pada daun.", "Fotosintesis terjadi pada daun."),
        ("urutan langkah: `a[1]`", "urutan langkah: `a[1]` [2]"),
        (
            "Langkah menyelesaikan masalah:\n```go\nurutan\n```",
            "Langkah menyelesaikan masalah:\n```go\nurutan\n```\n\n[2]",
        ),
        ("", ""),
    ],
)
def test_an_answer_without_numbers_gets_the_one_of_its_source(text: str, shown: str) -> None:
    assert marked(text, EXCERPTS) == shown


@given(st.text(max_size=80), st.lists(st.text(max_size=30), max_size=3))
def test_marking_twice_changes_nothing(text: str, excerpts: list[str]) -> None:
    once = marked(text, excerpts)
    assert marked(once, excerpts) == once
