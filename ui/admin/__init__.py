"""The page of administrators: subjects, people, and the first steps of a young school."""

from nexus_appliance.school.callers import Role
from ui.admin.page import admin_page
from ui.pages import guarded_page


def register() -> None:
    """Register /admin."""
    guarded_page("/admin", Role.ADMIN)(admin_page)
