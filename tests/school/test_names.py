"""Codes and names."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.school.grades import GRADES, checked_grade
from nexus_appliance.school.names import CODE, CODE_LIMIT, free_code, name_key, plain_name, slug

grades = st.sampled_from(GRADES)


@pytest.mark.parametrize(
    ("name", "grade", "code"),
    [
        ("Fisika", 12, "fisika_12"),
        ("Bahasa Indonesia (Wajib)", 10, "bahasa_indonesia_wajib_10"),
        ("  Matematika   &   IPA ", 7, "matematika_ipa_7"),
        ("Dasar-dasar Kejuruan", 10, "dasar_dasar_kejuruan_10"),
        ("Pendidikan Jasmani, Olahraga, dan Kesehatan", 1, "pendidikan_jasmani_olahraga_dan_kesehatan_1"),
        ("Français", 11, "francais_11"),
        ("😀🎨", 10, "mapel_10"),
        ("اللغة العربية", 10, "mapel_10"),
        ("Bahasa Arab العربية", 10, "bahasa_arab_10"),
        ("日本語", 12, "mapel_12"),
        ("C++", 11, "c_11"),
        ("../../etc/passwd", 1, "etc_passwd_1"),
        ("ＩＰＡ", 4, "ipa_4"),
        ("x" * 500, 12, "x" * 61 + "_12"),
        ("kata " * 100, 12, "kata_" * 12 + "12"),
    ],
)
def test_slug(name: str, grade: int, code: str) -> None:
    assert slug(name, grade) == code


@given(st.text(), grades)
@example("\u0130stanbul \u017f", 3)
def test_every_name_has_a_code_that_is_safe_in_a_path_and_names_its_grade(name: str, grade: int) -> None:
    code = slug(name, grade)
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code)
    assert CODE.fullmatch(code)
    assert code.endswith(f"_{grade}")
    assert len(code) <= CODE_LIMIT


@given(st.lists(st.sampled_from(["fisika_1", "fisika_1_2", "fisika_1_3", "mapel_1"]), max_size=40))
def test_free_codes_are_all_different(wanted: list[str]) -> None:
    taken: set[str] = set()
    for code in wanted:
        free = free_code(code, taken)
        assert free not in taken
        assert free.startswith(code)
        taken.add(free)


@given(st.text(), st.integers(1, 200))
def test_a_plain_name_is_on_one_line_within_the_limit_and_settled(text: str, limit: int) -> None:
    try:
        name = plain_name(text, limit)
    except Invalid as error:
        assert error.code is Failure.NAME_INVALID
        return
    assert 1 <= len(name) <= limit
    assert name == " ".join(name.split())
    assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in name)
    assert plain_name(name, limit) == name
    name.encode()


@pytest.mark.parametrize("name", ["Siti Nurhaliza", "سيتي", "ꦱꦶꦠꦶ", "村上 春樹", "D'Angelo-Ñuñez Jr.", "👩‍🏫", "a" * 128])
def test_names_in_any_script_are_kept(name: str) -> None:
    assert plain_name(f" {name}\n", 128) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name", ["", "   ", "\t\n", "a\nb", "a\x00b", "a\u202eb", "a\u200bb", "\u200d", "\u0301", "\ud800x", "a" * 129]
)
def test_names_that_hide_something_are_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        plain_name(name, 128)
    assert caught.value.code is Failure.NAME_INVALID


def test_what_a_browser_may_send_instead_of_a_name_is_refused() -> None:
    for thing in (None, 5, {"a": 1}, ["Fisika"]):
        with pytest.raises(Invalid):
            plain_name(thing, 80)  # type: ignore[arg-type]


def test_names_that_look_the_same_have_one_key() -> None:
    assert name_key("Bahasa  INDONESIA") == name_key("bahasa indonesia ") == name_key("Ｂahasa indonesia")
    assert name_key("C++") != name_key("C#")


@pytest.mark.parametrize("grade", [0, 13, -1, 1.0, "1", None, True])
def test_grades_that_do_not_exist(grade: object) -> None:
    with pytest.raises(Invalid) as caught:
        checked_grade(grade)  # type: ignore[arg-type]
    assert caught.value.code is Failure.GRADE_INVALID
    assert [checked_grade(number) for number in GRADES] == list(range(1, 13))
