import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.tutoring.answers import Turn
from nexus_appliance.tutoring.prompts import SYSTEM, TURN_CHARACTERS, compose, keep_real_marks


def test_the_excerpts_come_first_and_the_question_last() -> None:
    prompt = compose(["Isi satu.", "Isi dua."], "Apa itu?")
    assert prompt.system == SYSTEM
    assert prompt.user.startswith("[1] Isi satu.\n\n[2] Isi dua.")
    assert prompt.user.endswith("Pertanyaan: Apa itu?")


def test_a_follow_up_carries_the_turn_within_bounds() -> None:
    prompt = compose(["Isi."], "kenapa?", Turn("Apa itu modem?", "x" * 5000, (), refused=False))
    assert "Pertanyaan sebelumnya: Apa itu modem?" in prompt.user
    assert prompt.user.count("x") == TURN_CHARACTERS


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
