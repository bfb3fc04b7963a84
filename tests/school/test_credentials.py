"""Usernames, passwords, and how they are hashed."""

import dataclasses
import math
import re
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, Unavailable
from nexus_appliance.school.callers import ACCOUNT_ROLES, Role
from nexus_appliance.school.credentials import (
    COMMON,
    DIGITS,
    checked_password,
    checked_role,
    checked_username,
    folded_username,
    generated_password,
)
from nexus_appliance.school.passwords import Passwords
from nexus_appliance.school.wordlist import WORDS

roles = st.sampled_from(ACCOUNT_ROLES)


@given(st.text() | st.from_regex(r"[A-Za-z0-9._ -]{1,40}", fullmatch=True))
def test_a_username_is_refused_or_has_one_spelling(text: str) -> None:
    try:
        name = checked_username(text)
    except Invalid as error:
        assert error.code is Failure.USERNAME_INVALID
        return
    assert re.fullmatch(r"[a-z0-9._-]{3,32}", name)
    assert checked_username(name.upper()) == name == folded_username(f" {name.upper()} ")


@pytest.mark.parametrize(
    "name", ["ab", "a" * 33, "si ti", "siti!", "\u212aelvin", "sitï", "", "operator", "a\x00bc", "a\nbc"]
)
def test_usernames_that_cannot_be(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_username(name)
    assert caught.value.code is Failure.USERNAME_INVALID


@given(st.text(max_size=140), roles)
def test_a_password_is_refused_with_a_reason_or_kept_in_nfkc(text: str, role: Role) -> None:
    try:
        password = checked_password(text, "siti", role)
    except Invalid as error:
        assert error.code is Failure.PASSWORD_WEAK
        assert error.values["reason"] in {"short", "long", "username", "common", "unseen"}
        return
    assert password == unicodedata.normalize("NFKC", text)
    assert (6 if role is Role.STUDENT else 8) <= len(password) <= 128
    assert checked_password(password, "siti", role) == password


@pytest.mark.parametrize(
    ("password", "role", "reason"),
    [
        ("mawar", Role.STUDENT, "short"),
        ("mawar-7", Role.TEACHER, "short"),
        ("       m", Role.ADMIN, "short"),
        ("Siti.Nur", Role.STUDENT, "username"),
        ("ｓｉｔｉ.nur", Role.STUDENT, "username"),
        ("Rahasia123", Role.ADMIN, "common"),
        ("aaaaaaaaa", Role.ADMIN, "common"),
        ("m" * 64 + "n" * 65, Role.ADMIN, "long"),
        ("\ufdfa" * 20, Role.ADMIN, "long"),
        ("mawar\x00melati", Role.ADMIN, "unseen"),
        ("mawar\ud800melati", Role.ADMIN, "unseen"),
        (["mawar-melati"], Role.ADMIN, "unseen"),
    ],
)
def test_weak_passwords(password: str, role: Role, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_password(password, "siti.nur", role)
    assert caught.value.values["reason"] == reason


def test_common_passwords_are_in_the_spelling_they_are_compared_in() -> None:
    assert all(word == unicodedata.normalize("NFKC", word).casefold() for word in COMMON)


def test_generated_passwords_are_strong_enough_and_readable() -> None:
    assert len(WORDS) == len(set(WORDS)) == 512
    assert all(re.fullmatch("[abcdefghijkmnpqrstuvwxyz]{4,6}", word) for word in WORDS)
    words, digits = math.log2(len(WORDS)), math.log2(len(DIGITS))
    assert 3 * words + 5 * digits >= 40
    for role in ACCOUNT_ROLES:
        shape = r"[a-z]+-[a-z]+-[2-9]{3}" if role is Role.STUDENT else r"[a-z]+-[a-z]+-[a-z]+-[2-9]{5}"
        made = {generated_password(role) for _ in range(200)}
        assert len(made) > 190
        assert all(re.fullmatch(shape, password) for password in made)
        assert all(checked_password(password, "siti", role) == password for password in made)


@pytest.mark.parametrize("role", ["operator", "", "Admin", None, ["admin"], {"a": 1}])
def test_roles_that_no_account_has(role: object) -> None:
    with pytest.raises(Invalid) as caught:
        checked_role(role)  # type: ignore[arg-type]
    assert caught.value.code is Failure.ROLE_INVALID


@given(st.text(min_size=1, max_size=128).filter(lambda text: "\ud800" not in text and text.isprintable()))
def test_a_password_belongs_to_its_own_hash_only(password: str) -> None:
    passwords = Passwords(Config(argon2_memory=8, argon2_time=1))
    encoded = passwords.hash(password)
    assert passwords.verify(encoded, password)
    assert passwords.verify(encoded, unicodedata.normalize("NFKC", password))
    assert not passwords.verify(encoded, password + "x")
    assert passwords.hash(password) != encoded


def test_nobody_has_no_password(config: Config) -> None:
    passwords = Passwords(config)
    assert not passwords.verify(None, "nobody")
    assert not passwords.verify(None, "")
    assert not passwords.verify("not a hash", "nobody")
    assert not passwords.verify(passwords.hash("x" * 128), "x" * 129)


def test_no_more_hashes_than_workers_at_once_and_a_full_queue_says_so(config: Config) -> None:
    passwords = Passwords(dataclasses.replace(config, login_workers=2), queue=6)
    with ThreadPoolExecutor(4) as threads:
        with passwords._turn(), passwords._turn():
            waiting = [threads.submit(passwords.hash, "mawar") for _ in range(4)]
            assert not wait(waiting, 0.3).done
            with pytest.raises(Unavailable) as caught:
                passwords.hash("melati")
        assert all(future.result(10).startswith("$argon2id$") for future in waiting)
    assert caught.value.code is Failure.LOGIN_BUSY
    assert passwords.verify(passwords.hash("melati"), "melati")


def test_production_cost_is_rfc_9106_and_unknown_users_cost_the_same() -> None:
    passwords = Passwords(Config())
    encoded = passwords.hash("mawar-melati")
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    known = min(timed(lambda: passwords.verify(encoded, "salah")) for _ in range(3))
    unknown = min(timed(lambda: passwords.verify(None, "salah")) for _ in range(3))
    assert 0.3 < unknown / known < 3


def timed(call: Callable[[], object]) -> float:
    started = time.thread_time()
    call()
    return time.thread_time() - started
