"""Everything about one subject: books on their way, books that answer, and the form for a new one."""

from nicegui import ui

from nexus_appliance.school.subjects import SubjectView
from ui.components.text import Text
from ui.i18n import _
from ui.live import keep_shown
from ui.site import current_appliance
from ui.teacher.add_book import add_book
from ui.teacher.book_list import BookList
from ui.teacher.channel_list import ChannelList
from ui.teacher.job_list import JobList
from ui.teacher.share_list import ShareList
from ui.teacher.waiting import Waiting


async def shelf(subject: SubjectView) -> None:
    """Build the parts and keep them in step with the database."""
    appliance = current_appliance()
    with ui.element("div").classes("nx-shelf"):
        with ui.element("div").classes("nx-shelf-books"):
            dialogs = ui.element("div").classes("nx-dialogs")
            waiting = Waiting(subject)
            jobs = JobList(dialogs)
            with Text("a", _("Add book")).classes("nx-button nx-shelf-jump") as jump:
                jump.props["href"] = "#tambah"
            shares = ShareList(dialogs)
            channel = ChannelList(subject, dialogs)
            books = BookList(subject, dialogs, appliance.config.sweep_hours)
        add_book(subject, appliance.config.upload_limit)
    await keep_shown("inbox", lambda caller: appliance.inbox.list(caller, subject.code), waiting.show)
    await keep_shown("jobs", lambda caller: appliance.jobs.list(caller, subject.code), jobs.show)
    await keep_shown(("updates", "books"), lambda caller: appliance.updates.sources(caller, subject.code), channel.show)
    await keep_shown(
        ("sharing_view", "updates"), lambda caller: appliance.sharing.list(caller, subject.code), shares.show
    )
    await keep_shown(
        ("books", "sharing_view", "cloud"),
        lambda caller: (
            appliance.books.list(caller, subject.code),
            appliance.sharing.shareable(caller, subject.code),
        ),
        lambda found: books.show(*found),
    )
