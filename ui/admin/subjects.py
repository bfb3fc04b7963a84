"""The subjects of the school, grade by grade."""

from nicegui import ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.subjects import SubjectView
from ui.admin.add_subject import open_add_subject
from ui.admin.board import Board
from ui.admin.overview import Overview, subject_name
from ui.components.button import icon_button, primary_button
from ui.components.card import card
from ui.components.confirm import confirm
from ui.components.empty_state import empty_state
from ui.components.text import Text, heading
from ui.components.toast import toast, toast_failure
from ui.i18n import _, ngettext
from ui.site import current_appliance, current_caller, current_site


def subjects(board: Board) -> None:
    """All subjects, or the way to the first one."""
    with ui.element("div").classes("nx-part"):
        with ui.element("div").classes("nx-spread") as head:
            count = Text("p").classes("nx-muted").props("aria-live=polite")
            primary_button(_("Add subject"), lambda: open_add_subject(board), "add").mark("add-subject")
        place = ui.element("div")

    def show(overview: Overview) -> None:
        head.set_visibility(bool(overview.subjects))
        number = len(overview.subjects)
        count.set_text(ngettext("{count} subject", "{count} subjects", number))
        place.clear()
        with place:
            if overview.subjects:
                _grades(board, overview)
            else:
                _empty(board)

    board.follow(show)


def _empty(board: Board) -> None:
    text = _("Subjects belong to a grade. As soon as you add one, teachers can give it books and students can ask.")
    action = (_("Add subject"), lambda: open_add_subject(board))
    empty_state("menu_book", _("No subjects yet"), text, action)


def _grades(board: Board, overview: Overview) -> None:
    with ui.element("div").classes("nx-grades"):
        for grade, found in overview.by_grade().items():
            with card().classes("nx-grade"):
                heading(_("Grade {grade}", grade=grade))
                with ui.element("ul").classes("nx-list"):
                    for subject in found:
                        _row(board, overview, subject)


def _row(board: Board, overview: Overview, subject: SubjectView) -> None:
    with ui.element("li").classes("nx-subject"):
        with ui.element("div").classes("nx-grow"):
            Text("strong", subject.name)
            with Text("p").classes("nx-small"):
                Text("code", subject.code).classes("nx-code")
                Text("span", f" · {_teachers(overview, subject)}")
        if subject.book_count:
            Text("span", ngettext("{count} book", "{count} books", subject.book_count)).classes("nx-chip is-ok")
        else:
            Text("span", _("No books")).classes("nx-chip is-amber")
            name = _("Remove {name}", name=subject_name(subject))
            icon_button("delete_outline", name, lambda: _remove(board, subject)).mark("remove-subject")


def _teachers(overview: Overview, subject: SubjectView) -> str:
    names = overview.teachers_of(subject.code)
    return ", ".join(names) if names else _("No teacher yet")


async def _remove(board: Board, subject: SubjectView) -> None:
    name = subject_name(subject)
    with board.dialogs:
        text = _(
            "It disappears from every page at once, with what students have asked about it. This cannot be undone."
        )
        if not await confirm(_("Remove “{name}”?", name=name), text, _("Remove"), danger=True):
            return
        try:
            await current_site().call(current_appliance().subjects.remove, current_caller(), subject.code)
        except NexusError as error:
            toast_failure(error)
        else:
            toast(_("“{name}” was removed.", name=name))
