from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.curriculum.channel import checked_name, delta_path, head_path, pack_path, version_key


@pytest.mark.parametrize("name", ["fisika_12", "golang-dasar", "a", "7b", "x" * 64, "com", "com10", "console"])
def test_names_of_subjects_and_sources(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "/etc", "C:", "c:x", "a/b", "a\\b", "a:b", "con", "nul", "com1", "lpt9", "A", "á"),
        *("a b", "a.", "a\n", "-a", "_a", "x" * 65, "file:$DATA", "٣"),
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        checked_name(name)


@given(st.text(max_size=70))
def test_a_name_is_one_step_on_every_system(name: str) -> None:
    try:
        path = head_path("fisika_12", name)
    except ValueError:
        return
    for kind in (PurePosixPath, PureWindowsPath):
        assert kind(path).parts == ("packs", "fisika_12", f"{name}.head")


NUMBER = st.integers(0, 999_999)
VERSION = st.tuples(NUMBER, NUMBER, NUMBER)


@given(VERSION, VERSION)
def test_versions_are_ordered_by_number(one: tuple[int, int, int], two: tuple[int, int, int]) -> None:
    first, second = (version_key(".".join(map(str, numbers))) for numbers in (one, two))
    assert (first < second) == (one < two)


@pytest.mark.parametrize(
    "version", ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3\n", "-1.0.0", "1.0.1000000", "١.0.0"]
)
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        pack_path("fisika_12", "buku", version)
    with pytest.raises(ValueError, match="not a version"):
        delta_path("fisika_12", "buku", "1.0.0", version)


def test_paths() -> None:
    assert pack_path("fisika_12", "buku", "1.10.0") == "packs/fisika_12/buku/1.10.0.vkp"
    assert delta_path("fisika_12", "buku", "1.10.0", "1.9.0") == "packs/fisika_12/buku/1.10.0.from-1.9.0.vkp"
