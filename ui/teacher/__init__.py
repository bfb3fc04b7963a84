"""The page of teachers: the books of their subjects."""

from nexus_appliance.school.callers import Role
from ui.pages import guarded_page
from ui.teacher.page import teacher_page
from ui.teacher.receiving import take_book
from ui.uploads import BOOK_UPLOAD, upload_route


def register() -> None:
    """Register /guru and the route that takes its books; administrators may do what teachers do."""
    guarded_page("/guru", Role.TEACHER, Role.ADMIN)(teacher_page)
    upload_route(BOOK_UPLOAD, take_book, Role.TEACHER, Role.ADMIN)
