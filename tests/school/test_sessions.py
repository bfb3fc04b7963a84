"""Logins: tokens, ends, and what a guesser learns."""

import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, NexusError, NotAllowed
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.school.passwords import Passwords
from nexus_appliance.school.sessions import Sessions
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import LoginSession, User
from tests.school.conftest import School

PASSWORD = "kata-sandi-7"


def login_failure(school: School, username: str, password: str, address: str = "10.0.0.1") -> Failure:
    with pytest.raises(NexusError) as caught:
        school.sessions.login(username, password, address)
    return caught.value.code


def test_each_login_has_a_token_of_its_own_and_only_its_hash_is_stored(school: School) -> None:
    first, caller = school.sign_in("siti", "student", PASSWORD)
    second, again = school.sessions.login(" SITI ", PASSWORD, "10.0.0.1")
    assert first != second
    assert caller.session != again.session
    assert len(first) >= 43
    with school.database.read() as session:
        stored = session.scalars(select(LoginSession.token)).all()
    assert len(stored) == 2
    assert all(len(token) == 64 and token not in (first, second) for token in stored)
    assert school.sessions.resolve(first) == caller
    assert caller == Caller(Role.STUDENT, caller.user_id, "siti", "Siti", None, caller.session)


@pytest.mark.parametrize("token", ["", "x", "a" * 100_000, "\x00", "\ud800", "' OR 1=1 --"])
def test_what_is_no_token_resolves_to_nobody(school: School, token: str) -> None:
    assert school.sessions.resolve(token) is None


def test_unknown_and_wrong_look_the_same(school: School) -> None:
    school.sign_in("siti", "student", PASSWORD)
    assert login_failure(school, "siti", "salah-salah") is Failure.WRONG_PASSWORD
    for username in ("tidak-ada", "", "x" * 10_000, "a\x00b", "\ud800"):
        assert login_failure(school, username, PASSWORD) is Failure.WRONG_PASSWORD
    for password in ("", "x" * 10_000, "\ud800", "a\x00b"):
        assert login_failure(school, "guru", password) is Failure.WRONG_PASSWORD


def test_failed_logins_are_delayed_with_the_seconds_to_wait(school: School) -> None:
    school.sign_in("siti", "student", PASSWORD)
    for _ in range(5):
        assert login_failure(school, "siti", "salah-salah", "10.0.0.2") is Failure.WRONG_PASSWORD
    with pytest.raises(NexusError) as caught:
        school.sessions.login("siti", PASSWORD, "10.0.0.2")
    assert (caught.value.code, caught.value.values) == (Failure.LOGIN_DELAYED, {"seconds": 1})
    school.clock.seconds += 1
    assert school.sessions.login("siti", PASSWORD, "10.0.0.2")


def test_logout_ends_this_login_only_and_tells(school: School) -> None:
    first, caller = school.sign_in("siti", "student", PASSWORD)
    second, other = school.sessions.login("siti", PASSWORD, "10.0.0.1")
    told: list[frozenset[str]] = []

    def fail(_sessions: frozenset[str]) -> None:
        raise RuntimeError("a page that is gone")

    school.sessions.ended.subscribe(fail)
    unsubscribe = school.sessions.ended.subscribe(told.append)
    school.sessions.logout(caller)
    school.sessions.logout(caller)
    assert school.sessions.resolve(first) is None
    assert school.sessions.resolve(second) == other
    assert told[0] == frozenset({caller.session})
    unsubscribe()
    school.sessions.logout(OPERATOR)


def test_nobody_logs_another_person_out(school: School) -> None:
    token, siti = school.sign_in("siti", "student", PASSWORD)
    _token, budi = school.sign_in("budi", "student", PASSWORD)
    school.sessions.logout(dataclasses.replace(budi, session=siti.session))
    assert school.sessions.resolve(token) == siti


def test_disabling_a_password_change_and_a_new_role_end_all_logins_and_tell(school: School) -> None:
    told: list[frozenset[str]] = []
    school.sessions.ended.subscribe(told.append)
    changes: dict[str, Callable[[str], object]] = {
        "mati": lambda name: school.accounts.disable(OPERATOR, name),
        "sandi": lambda name: school.accounts.set_password(OPERATOR, name),
        "peran": lambda name: school.accounts.set_role(OPERATOR, name, "student"),
    }
    for name, change in changes.items():
        first, caller = school.sign_in(name, "teacher", PASSWORD)
        second, other = school.sessions.login(name, PASSWORD, "10.0.0.1")
        change(name)
        assert school.sessions.resolve(first) is school.sessions.resolve(second) is None
        assert told.pop() == {caller.session, other.session}
        assert told == []
        with pytest.raises(NotAllowed) as caught:
            school.subjects.list(caller)
        assert caught.value.code is Failure.SIGNED_OUT


def test_a_login_ends_with_the_school_day(school: School) -> None:
    token, caller = school.sign_in("siti", "student", PASSWORD)
    told: list[frozenset[str]] = []
    school.sessions.ended.subscribe(told.append)
    school.clock.seconds += school.config.session_hours * 3600 - 1
    assert school.sessions.resolve(token) == caller
    assert school.sessions.prune() == 0
    school.clock.seconds += 1
    assert school.sessions.resolve(token) is None
    assert school.sessions.prune() == 1
    assert told == [frozenset({caller.session})]
    assert school.sessions.prune() == 0


def test_a_disabled_person_learns_it_only_with_the_right_password(school: School) -> None:
    school.sign_in("siti", "student", PASSWORD)
    school.accounts.disable(OPERATOR, "siti")
    assert login_failure(school, "siti", "salah-salah") is Failure.WRONG_PASSWORD
    assert login_failure(school, "siti", PASSWORD) is Failure.ACCOUNT_DISABLED
    school.accounts.enable(OPERATOR, "siti")
    assert school.sessions.login("siti", PASSWORD, "10.0.0.1")


def test_a_stale_caller_is_refused_whatever_it_claims(school: School) -> None:
    _token, siti = school.sign_in("siti", "student", PASSWORD)
    for forged in (
        dataclasses.replace(siti, role=Role.ADMIN),
        dataclasses.replace(siti, user_id=None),
        dataclasses.replace(siti, user_id=99),
        dataclasses.replace(siti, session="99999"),
    ):
        with pytest.raises(NotAllowed):
            school.subjects.list(forged)


def test_a_hash_of_other_parameters_is_renewed_at_the_next_login(school: School, config: Config) -> None:
    school.sign_in("siti", "student", PASSWORD)
    stronger = dataclasses.replace(config, argon2_time=2)
    sessions = Sessions(stronger, school.database, Passwords(stronger))
    token, _caller = sessions.login("siti", PASSWORD, "10.0.0.1")
    assert hash_of(school.database, "siti").startswith("$argon2id$v=19$m=8,t=2,")
    assert sessions.resolve(token)
    assert sessions.login("siti", PASSWORD, "10.0.0.1")


def hash_of(database: Database, username: str) -> str:
    with database.read() as session:
        return session.scalars(select(User.password_hash).where(User.username == username)).one()


class Interrupted(Passwords):
    """Does something else between the check of the password and the new login."""

    def __init__(self, config: Config, between: Callable[[], None]) -> None:
        super().__init__(config)
        self.between = between

    def is_outdated(self, encoded: str) -> bool:
        self.between()
        return super().is_outdated(encoded)


def test_a_login_that_a_password_change_overtakes_fails(school: School, config: Config) -> None:
    school.sign_in("siti", "student", PASSWORD)

    def change() -> None:
        with school.database.write() as session:
            session.execute(update(User).values(password_hash="another"))

    sessions = Sessions(config, school.database, Interrupted(config, change))
    with pytest.raises(Invalid) as caught:
        sessions.login("siti", PASSWORD, "10.0.0.1")
    assert caught.value.code is Failure.WRONG_PASSWORD
