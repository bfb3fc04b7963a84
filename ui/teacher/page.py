"""/guru: grade, subject, then its books and those on their way."""

from nicegui import ui

from nexus_appliance.school.callers import Caller
from nexus_appliance.school.subjects import SubjectView
from ui.components.page_title import page_title
from ui.i18n import _
from ui.live import on_change
from ui.site import current_appliance, current_caller, current_site
from ui.teacher.chooser import Chooser, chosen_subject, no_subject
from ui.teacher.shelf import shelf
from ui.theme import frame


async def teacher_page(caller: Caller, mapel: str = "", kelas: str = "") -> None:
    """The subject `mapel` (a code), or the first one of the grade `kelas`, or the first of all."""
    subjects = await _subjects(caller)
    subject = chosen_subject(subjects, mapel, kelas)
    with frame(_("Books"), caller):
        page_title(_("Books"), _("Students get their answers from the books you add here."))
        if subject is None:
            no_subject(caller)
        else:
            chooser = Chooser(subject)
            chooser.show(subjects)
            await shelf(caller, subject)

    async def follow() -> None:
        found = await _subjects(current_caller())
        if subject is None:
            chosen_elsewhere = bool(found)
        else:
            chosen_elsewhere = subject.code not in {one.code for one in found}
            chooser.show(found)
        if chosen_elsewhere:
            ui.navigate.to("/guru")

    on_change(("subjects", "users"), follow)


async def _subjects(caller: Caller) -> list[SubjectView]:
    return await current_site().call(current_appliance().subjects.list, caller)
