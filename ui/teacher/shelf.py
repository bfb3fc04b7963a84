"""Everything about one subject: books on their way, books that answer, and the form for a new one."""

from nicegui import ui

from nexus_appliance.school.callers import Caller
from nexus_appliance.school.subjects import SubjectView
from ui.components.text import Text
from ui.i18n import _
from ui.live import on_change
from ui.site import current_appliance, current_caller, current_site
from ui.teacher.add_book import add_book
from ui.teacher.book_list import BookList
from ui.teacher.job_list import JobList


async def shelf(caller: Caller, subject: SubjectView) -> None:
    """Build the parts and keep them in step with the database."""
    appliance, site = current_appliance(), current_site()
    with ui.element("div").classes("nx-shelf"):
        with ui.element("div").classes("nx-shelf-books"):
            dialogs = ui.element("div").classes("nx-dialogs")
            jobs = JobList(dialogs)
            with Text("a", _("Add book")).classes("nx-button nx-shelf-jump") as jump:
                jump.props["href"] = "#tambah"
            books = BookList(subject, dialogs, appliance.config.sweep_hours)
        add_book(subject, appliance.config.upload_limit)

    async def show_jobs() -> None:
        jobs.show(await site.call(appliance.jobs.list, current_caller(), subject.code))

    async def show_books() -> None:
        books.show(await site.call(appliance.books.list, current_caller(), subject.code))

    jobs.show(await site.call(appliance.jobs.list, caller, subject.code))
    books.show(await site.call(appliance.books.list, caller, subject.code))
    on_change("jobs", show_jobs)
    on_change("books", show_books)
