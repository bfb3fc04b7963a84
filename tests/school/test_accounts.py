"""Accounts: the first administrator, passwords, roles, and the last administrator who must stay."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from nexus_appliance.errors import Failure, Invalid, Missing, NexusError, NotAllowed
from nexus_appliance.school.access import authorise
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.school.setup import SetupCode
from nexus_appliance.storage.schema import User
from tests.school.conftest import School

PASSWORD = "kata-sandi-7"

Call = Callable[[], object]


def first_admin(school: School, **by: object) -> str:
    try:
        return school.accounts.create_first_admin("kepala", "Ibu Kepala", PASSWORD, **by).username  # type: ignore[arg-type]
    except NexusError as error:
        return error.code.value


def test_the_first_admin_comes_over_loopback_once(school: School) -> None:
    assert school.accounts.is_empty()
    assert first_admin(school, loopback=True) == "kepala"
    assert not school.accounts.is_empty()
    assert first_admin(school, loopback=True) == "setup_done"
    assert first_admin(school, code=str(school.setup)) == "setup_done"
    _token, caller = school.sessions.login("Kepala", PASSWORD, "10.0.0.1")
    assert caller.role is Role.ADMIN
    assert not caller.must_change_password


def test_the_first_admin_may_come_with_the_one_time_code_instead(school: School) -> None:
    for wrong in ("", "AAAAA-AAAAA", str(SetupCode())):
        assert first_admin(school, code=wrong) == "setup_code_wrong"
    assert school.accounts.is_empty()
    typed = str(school.setup).lower().replace("-", "  ")
    assert first_admin(school, code=typed) == "kepala"


def test_of_two_first_admins_at_the_same_moment_one_wins(school: School) -> None:
    def create(number: int) -> str:
        try:
            return school.accounts.create_first_admin(f"kepala{number}", "Ibu", PASSWORD, loopback=True).username
        except Invalid as error:
            return error.code.value

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(create, range(4)))
    assert results.count("setup_done") == 3
    assert len(school.accounts.list(OPERATOR)) == 1


@pytest.mark.parametrize(
    ("username", "full_name", "password", "failure"),
    [
        ("a", "Ibu", PASSWORD, Failure.USERNAME_INVALID),
        ("kepala", "\x00", PASSWORD, Failure.NAME_INVALID),
        ("kepala", "Ibu", "pendek", Failure.PASSWORD_WEAK),
    ],
)
def test_a_first_admin_that_cannot_be(
    school: School, username: str, full_name: str, password: str, failure: Failure
) -> None:
    with pytest.raises(Invalid) as caught:
        school.accounts.create_first_admin(username, full_name, password, loopback=True)
    assert caught.value.code is failure
    assert school.accounts.is_empty()


def test_a_generated_password_must_be_changed_before_anything_else(school: School) -> None:
    account, generated = school.accounts.add(OPERATOR, "Siti", " Siti  Nurhaliza ", "student")
    assert (account.username, account.full_name, account.role) == ("siti", "Siti Nurhaliza", Role.STUDENT)
    assert account.must_change_password
    token, caller = school.sessions.login("siti", generated, "10.0.0.1")
    assert caller.must_change_password
    with pytest.raises(NotAllowed) as caught:
        school.subjects.list(caller)
    assert caught.value.code is Failure.PASSWORD_CHANGE_NEEDED
    school.accounts.set_language(caller, "en")
    school.accounts.change_own_password(caller, generated, "bunga-melati")
    assert school.sessions.resolve(token) is None
    _token, caller = school.sessions.login("siti", "bunga-melati", "10.0.0.1")
    assert not caller.must_change_password
    assert caller.language == "en"
    assert school.subjects.list(caller) == []


def test_changing_the_own_password_needs_the_old_one_and_another_new_one(school: School) -> None:
    _token, caller = school.sign_in("siti", "teacher", PASSWORD)
    for old, new, failure in (
        ("salah-salah", "bunga-melati", Failure.WRONG_PASSWORD),
        (PASSWORD, PASSWORD, Failure.PASSWORD_WEAK),
        (PASSWORD, "siti", Failure.PASSWORD_WEAK),
        (PASSWORD, "rahasia123", Failure.PASSWORD_WEAK),
    ):
        with pytest.raises(Invalid) as caught:
            school.accounts.change_own_password(caller, old, new)
        assert caught.value.code is failure
    assert school.sessions.login("siti", PASSWORD, "10.0.0.1")


def test_guessing_the_old_password_is_slowed_down_too(school: School) -> None:
    _token, caller = school.sign_in("siti", "teacher", PASSWORD)
    codes = []
    for _ in range(7):
        with pytest.raises(NexusError) as caught:
            school.accounts.change_own_password(caller, "tebakan-saya", "bunga-melati")
        codes.append(caught.value.code)
    assert codes == [Failure.WRONG_PASSWORD] * 5 + [Failure.LOGIN_DELAYED] * 2


def test_an_admin_sets_a_password_that_works_at_once(school: School) -> None:
    token, _caller = school.sign_in("siti", "student", PASSWORD)
    generated = school.accounts.set_password(OPERATOR, "SITI")
    assert school.sessions.resolve(token) is None
    assert school.sessions.login("siti", generated, "10.0.0.1")[1].must_change_password
    assert school.accounts.set_password(OPERATOR, "siti", "bunga-melati", must_change=False) == ""
    assert not school.sessions.login("siti", "bunga-melati", "10.0.0.1")[1].must_change_password
    with pytest.raises(Invalid):
        school.sessions.login("siti", generated, "10.0.0.1")


def test_usernames_are_taken_whatever_their_case(school: School) -> None:
    school.accounts.add(OPERATOR, "siti", "Siti", "student")
    with pytest.raises(Invalid) as caught:
        school.accounts.add(OPERATOR, "SITI", "Siti Lain", "teacher")
    assert caught.value.code is Failure.USERNAME_TAKEN


def test_the_same_username_added_twice_at_the_same_moment(school: School) -> None:
    def add(_number: int) -> str:
        try:
            return school.accounts.add(OPERATOR, "siti", "Siti", "student")[0].username
        except Invalid as error:
            return error.code.value

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(add, range(6)))
    assert sorted(results) == ["siti"] + ["username_taken"] * 5


def test_nothing_is_written_when_a_subject_is_unknown(school: School) -> None:
    with pytest.raises(Missing) as caught:
        school.accounts.add(OPERATOR, "guru", "Guru", "teacher", subjects=["fisika_12"])
    assert caught.value.code is Failure.SUBJECT_UNKNOWN
    assert school.accounts.is_empty()


def test_subjects_belong_to_teachers_only(school: School) -> None:
    school.subjects.add(OPERATOR, 12, "Fisika")
    school.subjects.add(OPERATOR, 11, "Fisika")
    school.accounts.add(OPERATOR, "guru", "Guru", "teacher", subjects=["fisika_12", "fisika_12"])
    school.accounts.add(OPERATOR, "siti", "Siti", "student")
    assert school.accounts.find(OPERATOR, "guru").subjects == ("fisika_12",)
    school.accounts.assign(OPERATOR, "guru", ["fisika_11"])
    assert {account.username: account.subjects for account in school.accounts.list(OPERATOR)} == {
        "guru": ("fisika_11",),
        "siti": (),
    }
    calls: list[Call] = [
        lambda: school.accounts.assign(OPERATOR, "siti", ["fisika_12"]),
        lambda: school.accounts.add(OPERATOR, "budi", "Budi", "student", subjects=["fisika_12"]),
    ]
    for call in calls:
        with pytest.raises(Invalid) as caught:
            call()
        assert caught.value.code is Failure.ROLE_INVALID
    school.accounts.set_role(OPERATOR, "guru", "technician")
    school.accounts.set_role(OPERATOR, "guru", "teacher")
    assert school.accounts.find(OPERATOR, "guru").subjects == ()


def test_the_last_admin_stays(school: School) -> None:
    school.accounts.create_first_admin("kepala", "Ibu Kepala", PASSWORD, loopback=True)
    _token, admin = school.sessions.login("kepala", PASSWORD, "10.0.0.1")
    school.accounts.add(admin, "wakil", "Pak Wakil", "admin")
    school.accounts.disable(admin, "wakil")
    calls: list[Call] = [
        lambda: school.accounts.disable(admin, "kepala"),
        lambda: school.accounts.set_role(admin, "kepala", "teacher"),
        lambda: school.accounts.disable(OPERATOR, "kepala"),
    ]
    for call in calls:
        with pytest.raises(Invalid) as caught:
            call()
        assert caught.value.code is Failure.LAST_ADMIN
    school.accounts.disable(admin, "wakil")
    school.accounts.set_role(admin, "kepala", "admin")
    assert school.sessions.resolve(_token) == admin
    school.accounts.enable(admin, "wakil")
    school.accounts.disable(admin, "kepala")
    assert school.accounts.find(OPERATOR, "kepala").disabled


def test_two_admins_who_remove_each_other_at_the_same_moment_leave_one(school: School) -> None:
    for name in ("satu", "dua"):
        school.accounts.add(OPERATOR, name, name.title(), "admin", PASSWORD, must_change=False)
    callers = [school.sessions.login(name, PASSWORD, "10.0.0.1")[1] for name in ("satu", "dua")]

    def remove(number: int) -> str:
        try:
            if number == 0:
                school.accounts.disable(callers[0], "dua")
            else:
                school.accounts.set_role(callers[1], "satu", "student")
        except NexusError as error:
            return error.code.value
        return "done"

    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(remove, range(2)))
    assert results.count("done") == 1
    with school.database.read() as session:
        admins = select(func.count()).select_from(User).where(User.role == "admin", User.disabled_at.is_(None))
        assert session.scalar(admins) == 1


@pytest.mark.parametrize("username", ["tidak-ada", "", "a\x00b", "x" * 500, "\ud800", "siti'; DROP TABLE users; --"])
def test_accounts_that_do_not_exist(school: School, username: str) -> None:
    accounts = school.accounts
    calls: list[Callable[[Caller, str], object]] = [accounts.find, accounts.disable, accounts.enable]
    for call in [*calls, accounts.set_password]:
        with pytest.raises(Missing) as caught:
            call(OPERATOR, username)
        assert caught.value.code is Failure.USER_UNKNOWN


@pytest.mark.parametrize("language", ["de", "", "ID", 5, {"a": 1}])
def test_languages_that_do_not_exist(school: School, language: str) -> None:
    _token, caller = school.sign_in("siti", "student")
    with pytest.raises(Invalid) as caught:
        school.accounts.set_language(caller, language)
    assert caught.value.code is Failure.LANGUAGE_INVALID


def test_changes_are_announced(school: School) -> None:
    heard: list[frozenset[str]] = []
    school.database.subscribe(heard.append)
    school.accounts.add(OPERATOR, "guru", "Guru", "teacher")
    school.accounts.disable(OPERATOR, "guru")
    assert ["users" in topics for topics in heard] == [True, True]


def test_the_operator_has_no_account_of_its_own(school: School) -> None:
    calls: list[Call] = [
        lambda: school.accounts.change_own_password(OPERATOR, "a", "bunga-melati"),
        lambda: school.accounts.set_language(OPERATOR, "en"),
    ]
    for call in calls:
        with pytest.raises(NotAllowed) as caught:
            call()
        assert caught.value.code is Failure.NOT_ALLOWED
    with school.database.read() as session:
        authorise(session, OPERATOR, Role.ADMIN)


def test_a_teacher_is_told_of_new_subjects_and_of_a_new_password(school: School) -> None:
    school.subjects.add(OPERATOR, 12, "Fisika")
    school.subjects.add(OPERATOR, 11, "Fisika")
    _token, _caller = school.sign_in("guru", "teacher", PASSWORD, "fisika_12")
    school.accounts.assign(OPERATOR, "guru", ["fisika_12", "fisika_11"])
    school.accounts.assign(OPERATOR, "guru", ["fisika_11"])
    school.accounts.set_password(OPERATOR, "guru", "bunga-melati", must_change=False)
    _token, caller = school.sessions.login("guru", "bunga-melati", "10.0.0.1")
    assert [(view.kind, view.values.get("name")) for view in reversed(school.notices.list(caller))] == [
        ("subject_assigned", "Fisika 12"),
        ("subject_assigned", "Fisika 11"),
        ("password_reset", None),
    ]
