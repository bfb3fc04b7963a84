"""Every service call, with every kind of caller: allowed exactly as listed, everything else refused unwritten."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from nexus_appliance.errors import NexusError, NotAllowed
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage.schema import LoginSession, Table, User, utc_now
from nexus_appliance.tutoring.answers import Answer
from nexus_appliance.tutoring.ratings import Rating
from tests.school.conftest import School
from tests.school.shelf import put_book

PASSWORD = "kata-sandi-7"
GENERATED = "mawar-melati-234"

WHO = {
    "operator": OPERATOR.role,
    "student": Role.STUDENT,
    "teacher_here": Role.TEACHER,
    "teacher_elsewhere": Role.TEACHER,
    "admin": Role.ADMIN,
    "technician": Role.TECHNICIAN,
    "logged_out": Role.ADMIN,
    "expired": Role.ADMIN,
    "disabled": Role.ADMIN,
    "demoted": Role.ADMIN,
    "deleted": Role.ADMIN,
    "must_change": Role.ADMIN,
}
"""The kinds of callers; the last six are administrators who no longer are, or not yet."""

ADMINS = {"operator", "admin"}
TEACHING = ADMINS | {"teacher_here"}
SIGNED_IN = {"student", "teacher_here", "teacher_elsewhere", "admin", "technician"}


@dataclass
class Setting:
    """A school with one caller of each kind, a subject and a book."""

    school: School
    callers: dict[str, Caller] = field(default_factory=dict)
    book: int = 0
    removed: int = 0
    question: int = 0
    note: int = 0
    removed_note: int = 0
    turn: int = 0


Call = Callable[[Setting, Caller], object]

TABLE: dict[str, tuple[set[str], Call]] = {
    "accounts.add": (ADMINS, lambda s, c: s.school.accounts.add(c, "baru", "Baru", "student", PASSWORD)),
    "accounts.list": (ADMINS, lambda s, c: s.school.accounts.list(c)),
    "accounts.find": (ADMINS, lambda s, c: s.school.accounts.find(c, "target")),
    "accounts.set_password": (ADMINS, lambda s, c: s.school.accounts.set_password(c, "target", "bunga-melati")),
    "accounts.change_own_password": (
        SIGNED_IN | {"must_change"},
        lambda s, c: s.school.accounts.change_own_password(c, PASSWORD, "bunga-melati"),
    ),
    "accounts.disable": (ADMINS, lambda s, c: s.school.accounts.disable(c, "target")),
    "accounts.enable": (ADMINS, lambda s, c: s.school.accounts.enable(c, "disabled")),
    "accounts.set_role": (ADMINS, lambda s, c: s.school.accounts.set_role(c, "target", "admin")),
    "accounts.assign": (ADMINS, lambda s, c: s.school.accounts.assign(c, "teacher_elsewhere", ["fisika_12"])),
    "accounts.set_language": (SIGNED_IN | {"must_change"}, lambda s, c: s.school.accounts.set_language(c, "en")),
    "sessions.logout": (set(WHO), lambda s, c: s.school.sessions.logout(c)),
    "subjects.add": (ADMINS, lambda s, c: s.school.subjects.add(c, 1, "Seni")),
    "subjects.list": (ADMINS | SIGNED_IN - {"technician"}, lambda s, c: s.school.subjects.list(c)),
    "subjects.get": (TEACHING | {"student"}, lambda s, c: s.school.subjects.get(c, "fisika_12")),
    "subjects.remove": (ADMINS, lambda s, c: s.school.subjects.remove(c, "kosong_12")),
    "books.list": (TEACHING, lambda s, c: s.school.books.list(c, "fisika_12")),
    "books.remove": (TEACHING, lambda s, c: s.school.books.remove(c, s.book)),
    "books.restore": (TEACHING, lambda s, c: s.school.books.restore(c, s.removed)),
    "inbox.ask": (
        {"student", "teacher_here", "admin"},
        lambda s, c: s.school.inbox.ask(c, "fisika_12", "Apa itu gaya?"),
    ),
    "inbox.list": (TEACHING, lambda s, c: s.school.inbox.list(c, "fisika_12")),
    "inbox.reply": (TEACHING, lambda s, c: s.school.inbox.reply(c, s.question, "Tarikan atau dorongan.")),
    "inbox.remove": (TEACHING, lambda s, c: s.school.inbox.remove(c, s.question)),
    "notes.list": (TEACHING, lambda s, c: s.school.notes.list(c, "fisika_12")),
    "notes.add": (TEACHING, lambda s, c: s.school.notes.add(c, "fisika_12", "Apa?", "Itu.")),
    "notes.edit": (TEACHING, lambda s, c: s.school.notes.edit(c, s.note, 1, "Apa?", "Ini.")),
    "notes.remove": (TEACHING, lambda s, c: s.school.notes.remove(c, s.note)),
    "notes.restore": (TEACHING, lambda s, c: s.school.notes.restore(c, s.removed_note)),
    "ratings.rate": ({"student"}, lambda s, c: s.school.ratings.rate(c, s.turn, Rating(False, "wrong"))),
    "ratings.withdraw": ({"student"}, lambda s, c: s.school.ratings.withdraw(c, s.turn)),
    "reviews.list": (TEACHING, lambda s, c: s.school.reviews.list(c, "fisika_12")),
    "reviews.handle": (TEACHING, lambda s, c: s.school.reviews.handle(c, s.turn)),
    "reviews.reopen": (TEACHING, lambda s, c: s.school.reviews.reopen(c, s.turn)),
    "notices.list": (SIGNED_IN | {"operator", "must_change"}, lambda s, c: s.school.notices.list(c)),
    "notices.unread": (SIGNED_IN | {"operator", "must_change"}, lambda s, c: s.school.notices.unread(c)),
    "notices.mark_read": (SIGNED_IN | {"operator", "must_change"}, lambda s, c: s.school.notices.mark_read(c, [1])),
}

WITHOUT_CALLER = {
    "accounts.create_first_admin": "only on an empty school, over loopback or with the one-time code",
    "accounts.is_empty": "a visitor must learn where to go",
    "sessions.login": "makes the caller",
    "sessions.resolve": "makes the caller",
    "sessions.prune": "run by the appliance; ends only what is over",
    "notes.sweep": "run by the appliance; forgets only what is over",
    "notices.post": "in the transaction of a service that has authorised its caller",
    "notices.post_to": "the same",
}


def services(school: School) -> Iterator[tuple[str, Any]]:
    for name in ("accounts", "sessions", "subjects", "books", "notices", "inbox", "notes", "ratings", "reviews"):
        for method, function in inspect.getmembers(getattr(school, name), callable):
            if not method.startswith("_"):
                yield f"{name}.{method}", function


def test_the_table_names_every_service_call(school: School) -> None:
    found = dict(services(school))
    assert set(found) == set(TABLE) | set(WITHOUT_CALLER)
    taking = {name for name, function in found.items() if "caller" in inspect.signature(function).parameters}
    assert taking == set(TABLE)


@pytest.fixture
def setting(school: School) -> Setting:
    setting = Setting(school)
    subject = school.subjects.add(OPERATOR, 12, "Fisika")
    school.subjects.add(OPERATOR, 12, "Kosong")
    setting.book, setting.removed = put_book(school.database, subject.id), put_book(school.database, subject.id)
    school.books.remove(OPERATOR, setting.removed)
    school.accounts.add(OPERATOR, "target", "Target", "student", PASSWORD)
    for name, role in WHO.items():
        codes = ["fisika_12"] if name == "teacher_here" else ["kosong_12"] if role is Role.TEACHER else []
        setting.callers[name] = (
            OPERATOR if name == "operator" else school.sign_in(name, role.value, PASSWORD, *codes)[1]
        )
    school.inbox.ask(setting.callers["student"], "fisika_12", "Mengapa benda jatuh?")
    setting.question = school.inbox.list(OPERATOR, "fisika_12")[0].id
    put_feedback(setting)
    take_rights_away(setting)
    return setting


def put_feedback(setting: Setting) -> None:
    """A turn of the student that was refused, a note, and one that was removed."""
    school = setting.school
    setting.turn = school.history.record(setting.callers["student"], 1, "Apa?", Answer("", "refused", 0.0, ()))
    setting.note = school.notes.add(OPERATOR, "fisika_12", "Apa itu gaya?", "Tarikan.")
    setting.removed_note = school.notes.add(OPERATOR, "fisika_12", "Apa itu massa?", "Banyaknya zat.")
    school.notes.remove(OPERATOR, setting.removed_note)


def take_rights_away(setting: Setting) -> None:
    ids = {name: caller.user_id for name, caller in setting.callers.items()}
    logins = {name: int(caller.session or 0) for name, caller in setting.callers.items()}
    with setting.school.database.write() as session:
        session.execute(update(LoginSession).where(LoginSession.id == logins["expired"]).values(expires_at=past()))
        session.execute(update(User).where(User.id == ids["disabled"]).values(disabled_at=past()))
        session.execute(update(User).where(User.id == ids["demoted"]).values(role="student"))
        session.execute(update(User).where(User.id == ids["must_change"]).values(must_change_password=True))
        session.delete(session.get_one(User, ids["deleted"]))
        session.delete(session.get_one(LoginSession, logins["logged_out"]))


def past() -> object:
    return utc_now() - timedelta(seconds=1)


def contents(setting: Setting) -> dict[str, list[Any]]:
    """Every row of every table, and the folders."""
    with setting.school.database.read() as session:
        tables = {name: list(session.execute(select(table))) for name, table in Table.metadata.tables.items()}
    folders = sorted(path.name for path in (setting.school.config.home / "books").iterdir())
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()} | {"folders": folders}


@pytest.mark.parametrize("name", TABLE)
def test_a_call_is_allowed_exactly_to_those_in_the_table(setting: Setting, name: str) -> None:
    """Refused callers come first, so that nothing an allowed one did can hide what a refused one does."""
    allowed, call = TABLE[name]
    before = contents(setting)
    for who in WHO.keys() - allowed:
        with pytest.raises(NotAllowed):
            call(setting, setting.callers[who])
        assert contents(setting) == before, who
    for who in sorted(allowed):
        try:
            call(setting, setting.callers[who])
        except NotAllowed:
            pytest.fail(f"{who} was refused")
        except NexusError:
            continue  # a second administrator finds the work done: taken, removed
