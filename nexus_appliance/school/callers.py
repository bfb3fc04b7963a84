"""Who asks. Every service call takes a caller and authorises it itself."""

from dataclasses import dataclass
from enum import StrEnum

from nexus_appliance.errors import Failure, NotAllowed


class Role(StrEnum):
    """What a caller is: the four roles of accounts, and the operator at the machine's own command line."""

    STUDENT = "student"
    TEACHER = "teacher"
    ADMIN = "admin"
    TECHNICIAN = "technician"
    OPERATOR = "operator"


ACCOUNT_ROLES = (Role.STUDENT, Role.TEACHER, Role.ADMIN, Role.TECHNICIAN)
"""Roles that an account can have; the operator has no account."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller; `user_id` is None for the operator alone."""

    role: Role
    user_id: int | None = None
    username: str = ""
    full_name: str = ""
    language: str | None = None
    session: str | None = None
    must_change_password: bool = False

    def require(self, *roles: Role) -> None:
        """Raise `NotAllowed` unless the caller has one of the roles; the operator may do all."""
        if self.role is not Role.OPERATOR and self.role not in roles:
            raise NotAllowed(Failure.NOT_ALLOWED)


OPERATOR = Caller(Role.OPERATOR, username="operator")
"""The person at the machine: command line, scheduled jobs."""
