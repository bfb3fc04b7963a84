"""The school as an administrator sees it: its subjects, its people, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from nexus_appliance.school.accounts import Account
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.subjects import SubjectView
from ui.site import current_appliance, current_site


@dataclass(frozen=True, slots=True)
class Overview:
    """One state of the school; equal when nothing that is shown has changed."""

    subjects: tuple[SubjectView, ...]
    accounts: tuple[Account, ...]

    def by_grade(self) -> dict[int, list[SubjectView]]:
        """The subjects of each grade that has some, lowest grade first."""
        grades: dict[int, list[SubjectView]] = {}
        for subject in self.subjects:
            grades.setdefault(subject.grade, []).append(subject)
        return grades

    def subject_names(self) -> Mapping[str, str]:
        """What people call each subject, by code."""
        return {subject.code: subject_name(subject) for subject in self.subjects}

    def teachers_of(self, code: str) -> list[str]:
        """The full names of those who teach a subject and can sign in."""
        return [one.full_name for one in self.accounts if code in one.subjects and not one.disabled]

    def find(self, username: str) -> Account | None:
        """The account of that name, if it is still there."""
        return next((account for account in self.accounts if account.username == username), None)

    def has(self, role: Role) -> bool:
        """Whether somebody of that role can sign in."""
        return any(account.role is role and not account.disabled for account in self.accounts)

    def has_book(self) -> bool:
        """Whether any subject has a book."""
        return any(subject.book_count for subject in self.subjects)

    def complete(self) -> bool:
        """Whether the school can work: nothing of the guide is left to do."""
        return bool(self.subjects) and self.has(Role.TEACHER) and self.has_book() and self.has(Role.STUDENT)


def subject_name(subject: SubjectView) -> str:
    """How people say it: the name and the grade."""
    return f"{subject.name} {subject.grade}"


async def read_overview(caller: Caller) -> Overview:
    """Read it in a worker thread; raises `NotAllowed`, `Unavailable`."""
    appliance = current_appliance()

    def read() -> Overview:
        return Overview(tuple(appliance.subjects.list(caller)), tuple(appliance.accounts.list(caller)))

    return await current_site().call(read)
