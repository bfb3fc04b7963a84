"""Authorisation at the time of the call: a caller kept by an open page may have been demoted since."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from nexus_appliance.errors import Failure, Missing, NotAllowed
from nexus_appliance.school.callers import ACCOUNT_ROLES, Caller, Role
from nexus_appliance.school.names import CODE
from nexus_appliance.storage.schema import LoginSession, Subject, TeacherSubject, User, utc_now

READERS = (Role.STUDENT, Role.TEACHER, Role.ADMIN)
"""Roles that see subjects; a teacher sees the assigned ones."""


def authorise(session: Session, caller: Caller, *roles: Role) -> None:
    """Raise `NotAllowed` unless the caller has one of the roles now.

    not_allowed: another role; signed_out: disabled, demoted, or the login has ended; password_change_needed: only the
    own password and language may be changed first.
    """
    caller.require(*roles)
    if caller.role is not Role.OPERATOR and own_row(session, caller).must_change_password:
        raise NotAllowed(Failure.PASSWORD_CHANGE_NEEDED)


def own_row(session: Session, caller: Caller) -> User:
    """The caller's own account; raises `NotAllowed` (not_allowed for the operator, signed_out)."""
    caller.require(*ACCOUNT_ROLES)
    if caller.user_id is None:
        raise NotAllowed(Failure.NOT_ALLOWED)
    user = session.get(User, caller.user_id)
    if user is None or user.disabled_at is not None or user.role != caller.role or not _login_lives(session, caller):
        raise NotAllowed(Failure.SIGNED_OUT)
    return user


def subject_row(session: Session, caller: Caller, code: str) -> Subject:
    """A subject whose books the caller may change: an assigned teacher, an admin, the operator.

    Raises `NotAllowed`, `Missing` (subject_unknown).
    """
    authorise(session, caller, Role.TEACHER, Role.ADMIN)
    return _assigned(session, caller, found_subject(session, code))


def readable_subject(session: Session, caller: Caller, code: str) -> Subject:
    """A subject that the caller may ask questions about; raises as `subject_row` does."""
    authorise(session, caller, *READERS)
    return _assigned(session, caller, found_subject(session, code))


def subjects_of(user_id: int | None) -> Select[int]:
    """The ids of the subjects that a teacher is assigned to."""
    return select(TeacherSubject.subject_id).where(TeacherSubject.user_id == user_id)


def found_subject(session: Session, code: str) -> Subject:
    """A subject by its code, for whoever is authorised already; raises `Missing` (subject_unknown)."""
    known = isinstance(code, str) and CODE.fullmatch(code)
    subject = session.scalar(select(Subject).where(Subject.code == code)) if known else None
    if subject is None:
        raise Missing(Failure.SUBJECT_UNKNOWN, subject=str(code))
    return subject


def _assigned(session: Session, caller: Caller, subject: Subject) -> Subject:
    if caller.role is Role.TEACHER and not session.get(TeacherSubject, (caller.user_id, subject.id)):
        raise NotAllowed(Failure.NOT_ALLOWED)
    return subject


def _login_lives(session: Session, caller: Caller) -> bool:
    """A caller without a login (a test, an import) is bound to the account alone."""
    if caller.session is None:
        return True
    login = session.get(LoginSession, int(caller.session))
    return login is not None and login.user_id == caller.user_id and login.expires_at > utc_now()
