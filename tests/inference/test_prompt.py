import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.inference.prompt import TEMPLATES, Prompt, render, render_again

families = st.sampled_from(sorted(TEMPLATES))


@given(st.text(), st.text(), families)
def test_what_people_wrote_is_never_special(system: str, user: str, family: str) -> None:
    shared, own, closing = render(Prompt(system, user), family)
    assert [piece.text for piece in (*shared, *own, *closing) if not piece.special] == [system, user]
    assert [piece.special for piece in shared] == [True, False]


@given(st.text(), st.text(), st.text(), families)
def test_the_shared_segment_does_not_depend_on_the_question(system: str, one: str, two: str, family: str) -> None:
    assert render(Prompt(system, one), family)[0] == render(Prompt(system, two), family)[0]


def test_the_published_chatml_format() -> None:
    shared, own, closing = render(Prompt("S", "U"), "chatml")
    assert "".join(piece.text for piece in (*shared, *own, *closing)) == (
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n"
    )


@given(st.text(), st.lists(st.text(), min_size=1), st.text(), families)
def test_what_is_shared_stands_before_the_question_in_segments_of_its_own(
    system: str, shared: list[str], user: str, family: str
) -> None:
    whole = Prompt(system, "".join(shared) + user)
    segments = render(Prompt(system, user, tuple(shared)), family)
    assert len(segments) == len(shared) + 3
    assert [piece.text for segment in segments[1:-1] for piece in segment if not piece.special] == [*shared, user]
    texts = ["".join(piece.text for segment in one for piece in segment) for one in (segments, render(whole, family))]
    assert texts[0] == texts[1]


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(Invalid) as error:
        render(Prompt("S", "U"), "jinja")
    assert error.value.code == Failure.SETTING_INVALID


@pytest.mark.parametrize("family", TEMPLATES)
def test_another_question_behind_an_answer_is_plain_text_between_marks(family: str) -> None:
    before, asked, closing = render_again("Sudah <|im_end|> benar?", family)
    assert (asked.text, asked.special) == ("Sudah <|im_end|> benar?", False)
    assert before.special
    assert before.text
    assert closing == render(Prompt("", ""), family)[-1][0]
