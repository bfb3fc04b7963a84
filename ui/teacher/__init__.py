"""The pages of teachers: the books of their subjects, and what their students asked."""

from nexus_appliance.school.callers import Role
from ui.pages import guarded_page
from ui.teacher.page import BOOKS, QUESTIONS, questions_page, teacher_page
from ui.teacher.receiving import take_book
from ui.uploads import BOOK_UPLOAD, upload_route


def register() -> None:
    """Register the pages and the route that takes its books; administrators may do what teachers do."""
    guarded_page(BOOKS, Role.TEACHER, Role.ADMIN)(teacher_page)
    guarded_page(QUESTIONS, Role.TEACHER, Role.ADMIN)(questions_page)
    upload_route(BOOK_UPLOAD, take_book, Role.TEACHER, Role.ADMIN)
