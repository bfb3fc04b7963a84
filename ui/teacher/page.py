"""/guru: grade, subject, then its books and those on their way."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.school.callers import Caller
from nexus_appliance.school.subjects import SubjectView
from ui.components.page_title import page_title
from ui.i18n import _
from ui.live import keep_shown
from ui.site import current_appliance, current_site
from ui.teacher.chooser import Chooser, chosen_subject, no_subject
from ui.teacher.shelf import shelf
from ui.theme import frame


async def teacher_page(caller: Caller, mapel: str = "", kelas: str = "") -> None:
    """The subject `mapel` (a code), or the first one of the grade `kelas`, or the first of all."""
    appliance = current_appliance()
    subjects = await current_site().call(appliance.subjects.list, caller)
    subject = chosen_subject(subjects, mapel, kelas)
    with frame(_("Books"), caller):
        page_title(_("Books"), _("Students get their answers from the books you add here."))
        if subject is None:
            no_subject(caller)
            chooser = None
        else:
            chooser = Chooser(subject)
            chooser.show(subjects)
            await shelf(subject)

    def show(found: Sequence[SubjectView]) -> None:
        if chooser is not None and chooser.offers(found):
            chooser.show(found)
        elif chooser is not None or found:  # the subject shown is gone, or the first one has come
            ui.navigate.to("/guru")

    await keep_shown(("subjects", "users"), appliance.subjects.list, show)
