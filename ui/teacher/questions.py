"""What the students of one subject asked and the books did not answer well; beside it the notes that do."""

from nicegui import ui

from nexus_appliance.school.subjects import SubjectView
from ui.live import keep_shown, on_change
from ui.site import current_appliance
from ui.student.page_viewer import HEAD, page_viewer
from ui.teacher.inbox_list import InboxList
from ui.teacher.note_list import NoteList
from ui.teacher.review_list import ReviewList


async def questions(subject: SubjectView) -> None:
    """Build the parts and keep them in step with the database."""
    appliance = current_appliance()
    ui.add_head_html(HEAD)
    with ui.element("div").classes("nx-shelf nx-questions"):
        with ui.element("div").classes("nx-shelf-books"):
            dialogs = ui.element("div").classes("nx-dialogs")
            inbox = InboxList(subject, dialogs)
            reviews = ReviewList(subject, dialogs)
        notes = NoteList(subject, dialogs, appliance.config.sweep_hours)
    page_viewer()
    await keep_shown("inbox", lambda caller: appliance.inbox.list(caller, subject.code), inbox.show)
    await keep_shown(("notes", "books"), lambda caller: appliance.notes.list(caller, subject.code), notes.show)
    on_change("reviews", reviews.refresh)
    await reviews.refresh()
