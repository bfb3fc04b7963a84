"""Which questions ask the same: the labelled pairs, and what must hold of any question."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.question_pairs import Pair, pairs
from nexus_appliance.tutoring.wording import alike, form, wording

ALL = list(pairs())


def told_alike(pair: Pair) -> bool:
    return alike(form(pair.first), form(pair.second))


def test_no_pair_of_another_meaning_is_taken_for_the_same() -> None:
    other = [pair for pair in ALL if not pair.same]
    assert len(ALL) >= 400
    assert len(other) >= 200
    assert [pair for pair in other if told_alike(pair)] == []


def test_most_pairs_of_the_same_meaning_are_found() -> None:
    judged = [pair for pair in ALL if pair.same and pair.judged]
    assert sum(map(told_alike, judged)) >= 0.85 * len(judged)


def test_signs_and_short_forms_make_no_difference() -> None:
    assert wording("Knp air LAUT asin??") == wording("kenapa air laut asin")
    assert form("Berapa 7 - 2?") != form("Berapa 7 + 2?")


def test_what_names_nothing_is_like_nothing() -> None:
    for question in ("Apa itu?", "", "jelaskan!", "mengapa?"):
        assert not alike(form(question), form(question))


@given(st.text(max_size=80))
def test_a_question_is_like_itself_whatever_its_letters(question: str) -> None:
    found = form(question)
    assert alike(found, form(question)) is bool(found.things)
    if question.isascii() and found.things:
        assert form(question.upper()).things == found.things or any(sign.isdigit() for sign in question)


@given(st.lists(st.sampled_from(["router", "tidak", "sebelum", "1945", "1949", "air", "mengapa"]), max_size=6))
def test_one_more_denial_or_number_is_another_question(words: list[str]) -> None:
    question = " ".join(["Apa", *words])
    for more in ("tidak", "1949"):
        assert not alike(form(question), form(f"{question} {more}"))
