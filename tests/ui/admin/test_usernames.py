"""Usernames that are proposed for a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.school.credentials import checked_username
from ui.admin.usernames import suggested_username


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Siti Nur Rahma, S.Pd.", "siti.rahma"),
        ("Sukarno", "sukarno"),
        ("Nur'aini Lubis", "nuraini.lubis"),
        ("José Álvarez", "jose.alvarez"),
        ("Al", "al10"),
        ("  ", ""),
        ("محمد", ""),
        (", S.Pd.", ""),
    ],
)
def test_a_name_becomes_a_username(name: str, username: str) -> None:
    assert suggested_username(name, ()) == username


def test_a_taken_one_gets_a_number() -> None:
    assert suggested_username("Siti Rahma", {"siti.rahma", "siti.rahma2"}) == "siti.rahma3"
    assert suggested_username("Al", {"al10"}) == "al11"


@given(st.text(max_size=200), st.sets(st.sampled_from(["a10", "ab10", "abc", "abc2"])))
def test_what_is_proposed_is_allowed_and_free(name: str, taken: set[str]) -> None:
    username = suggested_username(name, taken)
    assert username not in taken
    assert username == "" or checked_username(username) == username
