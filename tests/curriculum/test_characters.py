from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.curriculum.characters import clean


def test_ligatures_and_odd_spaces_become_plain() -> None:
    assert clean("e\ufb01sien\u00a0dan\u2003graﬁk") == "efisien dan grafik"


def test_exponents_keep_their_meaning() -> None:
    assert clean("E = mc² dan ½ m v²") == "E = mc² dan ½ m v²"


def test_invisible_marks_go() -> None:
    assert clean("a\x00l\u200bgo\u202eritma\ud800") == "algoritma\ufffd"
    assert clean("al\u200bgo\x07") == "algo"


def test_line_separators_are_spaces() -> None:
    assert clean("satu\u2028dua\u2029tiga") == "satu dua tiga"


def test_a_soft_hyphen_at_the_end_is_a_hyphen_and_nothing_elsewhere() -> None:
    assert clean("algo\u00adritma mem\u00ad") == "algoritma mem-"


def test_symbol_bullets_become_bullets() -> None:
    assert clean("\uf0b7 langkah pertama") == "• langkah pertama"


def test_code_keeps_its_spaces() -> None:
    assert clean("    return  x  ", spacing=True) == "    return  x"


@given(st.text(st.characters(), max_size=80))
def test_the_result_can_always_be_stored_and_is_stable(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert all(character.isprintable() for character in cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_even_surrogates_can_be_stored(text: str) -> None:
    clean(text).encode()
    clean(text, spacing=True).encode()
