"""The people of a school: accounts, roles, passwords, and which subjects a teacher teaches."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Invalid, Missing, NotAllowed
from nexus_appliance.school.access import authorise, found_subject, own_row, subjects_of
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.credentials import (
    checked_password,
    checked_role,
    checked_username,
    folded_username,
    generated_password,
    minimum_length,
)
from nexus_appliance.school.names import FULL_NAME_LIMIT, plain_name
from nexus_appliance.school.notices import Notices
from nexus_appliance.school.passwords import Passwords
from nexus_appliance.school.sessions import Sessions, end_logins
from nexus_appliance.school.setup import SetupCode
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import Subject, TeacherSubject, User, utc_now

LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Account:
    """An account as administrators see it; `subjects` are the codes of a teacher's subjects."""

    id: int
    username: str
    full_name: str
    role: Role
    disabled: bool
    must_change_password: bool
    subjects: tuple[str, ...] = ()


class Accounts:
    """Every call authorises its caller; only `create_first_admin` and `is_empty` need none."""

    def __init__(self, database: Database, passwords: Passwords, sessions: Sessions, setup: SetupCode) -> None:
        self._database = database
        self._passwords = passwords
        self._sessions = sessions
        self._setup = setup

    def is_empty(self) -> bool:
        """Whether the first administrator is still to be created."""
        with self._database.read() as session:
            return not _any_account(session)

    def create_first_admin(
        self, username: str, full_name: str, password: str, *, code: str = "", loopback: bool = False
    ) -> Account:
        """The administrator of an empty school, by somebody at the machine (`loopback`) or with its one-time code.

        Raises `Invalid` (setup_done, username_invalid, name_invalid, password_weak), `NotAllowed` (setup_code_wrong).
        """
        if not self.is_empty():
            raise Invalid(Failure.SETUP_DONE)
        if not loopback and not self._setup.matches(code):
            raise NotAllowed(Failure.SETUP_CODE_WRONG)
        user = self._new_user(username, full_name, Role.ADMIN, password, must_change=False)
        with self._database.write() as session:
            if _any_account(session):
                raise Invalid(Failure.SETUP_DONE)
            session.add(user)
            announce(session, "users")
            session.flush()
            return _account(user, ())

    def add(
        self,
        caller: Caller,
        username: str,
        full_name: str,
        role: str,
        password: str | None = None,
        subjects: Iterable[str] = (),
        *,
        must_change: bool = True,
    ) -> tuple[Account, str]:
        """A new account, and its generated password ("" when one was given).

        `must_change`: the first login must choose another password. Raises `NotAllowed`, `Invalid` (username_invalid,
        username_taken, name_invalid, role_invalid, password_weak), `Missing` (subject_unknown).
        """
        self._require_admin(caller)
        kind, codes = checked_role(role), tuple(subjects)
        if codes and kind is not Role.TEACHER:
            raise Invalid(Failure.ROLE_INVALID, role=kind.value)
        generated = "" if password is not None else generated_password(kind)
        user = self._new_user(username, full_name, kind, password or generated, must_change=must_change)
        with self._database.write() as session:
            authorise(session, caller, Role.ADMIN)
            if session.scalar(select(User.id).where(User.username == user.username)) is not None:
                raise Invalid(Failure.USERNAME_TAKEN, username=user.username)
            session.add(user)
            session.flush()
            _assign(session, user.id, codes)
            announce(session, "users")
            return _account(user, _codes(session, user.id)), generated

    def list(self, caller: Caller) -> list[Account]:
        """All accounts by username; raises `NotAllowed`."""
        with self._database.read() as session:
            authorise(session, caller, Role.ADMIN)
            taught: dict[int, list[str]] = {}
            for user_id, code in session.execute(_TAUGHT):
                taught.setdefault(user_id, []).append(code)
            users = session.scalars(select(User).order_by(User.username))
            return [_account(user, tuple(taught.get(user.id, ()))) for user in users]

    def find(self, caller: Caller, username: str) -> Account:
        """One account; raises `NotAllowed`, `Missing` (user_unknown)."""
        with self._database.read() as session:
            user = _managed(session, caller, username)
            return _account(user, _codes(session, user.id))

    def set_password(
        self, caller: Caller, username: str, password: str | None = None, *, must_change: bool = True
    ) -> str:
        """Give an account a new password and end its logins; the generated password, "" when one was given.

        Raises `NotAllowed`, `Missing` (user_unknown), `Invalid` (password_weak).
        """
        account = self.find(caller, username)
        generated = "" if password is not None else generated_password(account.role)
        encoded = self._hashed(password or generated, account.username, account.role)
        with self._database.write() as session:
            user = _managed(session, caller, username)
            Notices.post(session, user.id, "password_reset", {})
            ended = _change_password(session, user, encoded, must_change=must_change)
        self._sessions.ended.tell(ended)
        return generated

    def change_own_password(self, caller: Caller, old: str, new: str) -> None:
        """Replace the caller's password and end all the caller's logins, this one too: sign in with the new one.

        Raises `Invalid` (wrong_password; password_weak, also with reason "same"), `NotAllowed`, `Unavailable`
        (login_delayed, login_busy).
        """
        with self._database.read() as session:
            user = own_row(session, caller)
        with self._sessions.delays.attempt(user.username, f"own password of {user.username}"):
            if not self._passwords.verify(user.password_hash, old):
                raise Invalid(Failure.WRONG_PASSWORD)
        if self._passwords.verify(user.password_hash, new):
            raise Invalid(Failure.PASSWORD_WEAK, minimum=minimum_length(caller.role), reason="same")
        encoded = self._hashed(new, user.username, caller.role)
        with self._database.write() as session:
            ended = _change_password(session, own_row(session, caller), encoded, must_change=False)
        self._sessions.ended.tell(ended)

    def disable(self, caller: Caller, username: str) -> None:
        """Keep a person out from now on; raises `NotAllowed`, `Missing` (user_unknown), `Invalid` (last_admin)."""
        with self._database.write() as session:
            user = _managed(session, caller, username)
            _keep_an_admin(session, user)
            user.disabled_at = user.disabled_at or utc_now()
            announce(session, "users")
            ended = end_logins(session, user.id)
        self._sessions.ended.tell(ended)

    def enable(self, caller: Caller, username: str) -> None:
        """Let a disabled person in again; raises `NotAllowed`, `Missing` (user_unknown)."""
        with self._database.write() as session:
            _managed(session, caller, username).disabled_at = None
            announce(session, "users")

    def set_role(self, caller: Caller, username: str, role: str) -> None:
        """Change a role and end the logins of the old one; a teacher who becomes something else teaches nothing.

        Raises `NotAllowed`, `Missing` (user_unknown), `Invalid` (role_invalid, last_admin).
        """
        ended: frozenset[str] = frozenset()
        with self._database.write() as session:
            user = _managed(session, caller, username)
            kind = checked_role(role)
            if kind != user.role:
                _keep_an_admin(session, user)
                user.role = kind.value
                _assign(session, user.id, ())
                ended = end_logins(session, user.id)
        self._sessions.ended.tell(ended)

    def assign(self, caller: Caller, username: str, subjects: Iterable[str]) -> None:
        """Let a teacher teach exactly these subjects (codes).

        Raises `NotAllowed`, `Missing` (user_unknown, subject_unknown), `Invalid` (role_invalid: not a teacher).
        """
        with self._database.write() as session:
            user = _managed(session, caller, username)
            if user.role != Role.TEACHER:
                raise Invalid(Failure.ROLE_INVALID, role=user.role)
            _assign(session, user.id, tuple(subjects))

    def set_language(self, caller: Caller, language: str | None) -> None:
        """The caller's own choice, "id" or "en"; None takes the school's. Raises `Invalid` (language_invalid)."""
        if language is not None and language not in LANGUAGES:
            raise Invalid(Failure.LANGUAGE_INVALID, language=str(language))
        with self._database.write() as session:
            own_row(session, caller).language = language

    def _require_admin(self, caller: Caller) -> None:
        """Before the slow work, so that nobody else can make us hash."""
        with self._database.read() as session:
            authorise(session, caller, Role.ADMIN)

    def _new_user(self, username: str, full_name: str, role: Role, password: str, *, must_change: bool) -> User:
        name = checked_username(username)
        full = plain_name(full_name, FULL_NAME_LIMIT)
        encoded = self._hashed(password, name, role)
        return User(
            username=name, full_name=full, role=role.value, password_hash=encoded, must_change_password=must_change
        )

    def _hashed(self, password: str, username: str, role: Role) -> str:
        return self._passwords.hash(checked_password(password, username, role))


_TAUGHT = select(TeacherSubject.user_id, Subject.code).join(Subject).order_by(Subject.code)


def _account(user: User, subjects: tuple[str, ...]) -> Account:
    return Account(
        id=user.id,
        username=user.username,
        full_name=user.full_name,
        role=Role(user.role),
        disabled=user.disabled_at is not None,
        must_change_password=user.must_change_password,
        subjects=subjects,
    )


def _any_account(session: Session) -> bool:
    return session.scalar(select(User.id).limit(1)) is not None


def _managed(session: Session, caller: Caller, username: str) -> User:
    """The account that an administrator works on."""
    authorise(session, caller, Role.ADMIN)
    user = session.scalar(select(User).where(User.username == folded_username(username)))
    if user is None:
        raise Missing(Failure.USER_UNKNOWN, username=str(username))
    return user


def _keep_an_admin(session: Session, user: User) -> None:
    """Writes run one after another, so two administrators cannot remove each other at the same moment."""
    admins = select(func.count()).select_from(User).where(User.role == Role.ADMIN, User.disabled_at.is_(None))
    if user.role == Role.ADMIN and user.disabled_at is None and session.scalar(admins) == 1:
        raise Invalid(Failure.LAST_ADMIN, username=user.username)


def _change_password(session: Session, user: User, encoded: str, *, must_change: bool) -> frozenset[str]:
    user.password_hash, user.must_change_password = encoded, must_change
    announce(session, "users")
    return end_logins(session, user.id)


def _codes(session: Session, user_id: int) -> tuple[str, ...]:
    return tuple(code for _user, code in session.execute(_TAUGHT.where(TeacherSubject.user_id == user_id)))


def _assign(session: Session, user_id: int, codes: tuple[str, ...]) -> None:
    """Teach exactly these; a notice tells what is new."""
    taught = {subject.id: subject for subject in (found_subject(session, code) for code in codes)}
    before = set(session.scalars(subjects_of(user_id)))
    dropped = TeacherSubject.user_id == user_id, TeacherSubject.subject_id.in_(before - taught.keys())
    session.execute(delete(TeacherSubject).where(*dropped))
    for subject in [taught[number] for number in sorted(taught.keys() - before)]:
        session.add(TeacherSubject(user_id=user_id, subject_id=subject.id))
        values = {"subject": subject.code, "name": f"{subject.name} {subject.grade}"}
        Notices.post(session, user_id, "subject_assigned", values)
    session.flush()
    announce(session, "users", "subjects")
