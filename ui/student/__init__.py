"""The student's page."""

from nexus_appliance.school.callers import Role
from ui.pages import guarded_page
from ui.student.page import student_page


def register() -> None:
    """Register the page on the site that was just made; teachers and administrators may try it."""
    guarded_page("/", Role.STUDENT, Role.TEACHER, Role.ADMIN)(student_page)
