"""What becomes of an answer that was cut off or says things twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.tutoring.tidy import tidy


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Air menguap. Awan turun sebag", "Air menguap."),
        ("Air menguap [1]. Awan turun [2]. Lalu", "Air menguap [1]. Awan turun [2]."),
        ("Air menguap. [1] Awan tur", "Air menguap. [1]"),
        ("Langkahnya:\n1. Rebus air.\n2. Tunggu sampai", "Langkahnya:\n1. Rebus air."),
        ("Hanya setengah kalimat yang", "Hanya setengah kalimat yang"),
        ("Pakai `a.b`. Contoh: `a = 1` lalu", "Pakai `a.b`."),
        ("Contoh:\n```go\nfunc main() {", "Contoh:\n```go\nfunc main() {"),
        ("| a | b |\n|--|--|\n| satu dua | satu dua |\n| satu", "| a | b |\n|--|--|\n| satu dua | satu dua |"),
        ("Rumus:\n\\[\nx = 1. 2\nx = 1. 2\n\\]\nLalu", "Rumus:\n\\[\nx = 1. 2\nx = 1. 2\n\\]"),
        ("", ""),
    ],
)
def test_a_cut_answer_ends_with_a_whole_sentence(text: str, shown: str) -> None:
    assert tidy(text, cut=True) == shown


def test_an_answer_that_the_model_ended_keeps_its_end() -> None:
    assert tidy("Ibu kotanya Jakarta", cut=False) == "Ibu kotanya Jakarta"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Air menguap. Awan turun. Air menguap.", "Air menguap. Awan turun."),
        ("- Air laut.\n- Air laut.\n- Awan.", "- Air laut.\n- Awan."),
        ("Ya. Ya. Ya.", "Ya. Ya. Ya."),
        ("```\nx = x + 1\nx = x + 1\n```", "```\nx = x + 1\nx = x + 1\n```"),
    ],
)
def test_a_sentence_is_said_once(text: str, shown: str) -> None:
    assert tidy(text, cut=False) == shown


@given(st.text(alphabet="ab1. \n!?`[]*"))
def test_sentences_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


@given(st.text(alphabet="ab1. \n!?`[]*"), st.booleans())
def test_tidying_twice_changes_nothing_more(text: str, cut: bool) -> None:
    once = tidy(text, cut=cut)
    assert tidy(once, cut=False) == once
