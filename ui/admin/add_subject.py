"""The dialog that adds a subject."""

from nicegui import ui

from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.school.grades import GRADES
from nexus_appliance.school.names import free_code, one_line, slug
from ui.admin.board import Board
from ui.admin.overview import subject_name
from ui.components.busy import busy
from ui.components.button import primary_button, quiet_button
from ui.components.fields import select_field, text_field
from ui.components.refusal import refused_at
from ui.components.sheet import sheet
from ui.components.text import Text
from ui.components.toast import toast
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site


def open_add_subject(board: Board) -> None:
    """Grade from a list, name typed; the code that will be made of them is shown while typing."""
    with board.dialogs, sheet(_("Add subject")) as dialog:
        grade = select_field(_("Grade"), {one: _("Grade {grade}", grade=one) for one in GRADES})
        name = text_field(_("Name of the subject"), limit=80)
        code = Text("p").classes("nx-small").props("aria-live=polite")
        with ui.element("div").classes("nx-actions"):
            quiet_button(_("Cancel"), dialog.close)
            button = primary_button(_("Add"), lambda: add()).mark("save")
    grade.set_value(board.grade)
    (name if board.grade else grade).props("autofocus")

    def preview() -> None:
        code.set_text(code_preview(board, grade.value, str(name.value or "")))

    async def add() -> None:
        if not button.enabled:
            return
        try:
            with busy(button):
                await save()
        except NexusError as error:
            refused_at({Failure.GRADE_INVALID: grade, Failure.NAME_INVALID: name, Failure.SUBJECT_TAKEN: name}, error)
            code.set_text("")

    async def save() -> None:
        subjects = current_appliance().subjects
        subject = await current_site().call(subjects.add, current_caller(), grade.value, str(name.value or ""))
        board.grade = subject.grade
        with board.dialogs:
            toast(_("“{name}” was added.", name=subject_name(subject)))
        dialog.close()

    grade.on_value_change(preview)
    name.on_value_change(preview)
    name.on("keydown.enter", add)
    preview()


def code_preview(board: Board, grade: object, name: str) -> str:
    """The code that a subject would get now; a general sentence until there is a grade and a name."""
    if grade not in GRADES or not one_line(name):
        return _("The code is made from name and grade.")
    taken = {subject.code for subject in board.overview.subjects}
    return _("Code: {code}", code=free_code(slug(name, int(str(grade))), taken))
