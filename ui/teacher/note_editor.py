"""Where a teacher writes a note: question and answer, both to be looked over before students get them."""

from nicegui import ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.notes import ANSWER_LIMIT, QUESTION_LIMIT, NoteView
from nexus_appliance.school.subjects import SubjectView
from ui.components.button import primary_button, quiet_button
from ui.components.fields import accept, text_area
from ui.components.refusal import refused_at
from ui.components.sheet import sheet
from ui.components.text import paragraph
from ui.components.toast import toast
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site


def write_note(subject: SubjectView, dialogs: ui.element, question: str = "", answer: str = "") -> None:
    """A new note, begun with what is known already."""
    _editor(subject, dialogs, _("New note"), question, answer, None)


def change_note(subject: SubjectView, dialogs: ui.element, note: NoteView) -> None:
    """A note that students have already."""
    _editor(subject, dialogs, _("Change the note"), note.question, note.answer, note)


def _editor(
    subject: SubjectView, dialogs: ui.element, title: str, question: str, answer: str, note: NoteView | None
) -> None:
    with dialogs, sheet(title, persistent=True) as dialog:
        paragraph(_("Students get it word for word, marked as a teacher's note. Leave names of students out.")).classes(
            "nx-small"
        )
        fields = {
            "question": text_area(_("Question"), limit=QUESTION_LIMIT, value=question),
            "answer": text_area(_("Answer"), limit=ANSWER_LIMIT, value=answer),
        }
        with ui.element("div").classes("nx-actions"):
            quiet_button(_("Cancel"), dialog.close)
            primary_button(_("Save"), lambda: save()).mark("save-note")

    async def save() -> None:
        texts = [str(field.value or "") for field in fields.values()]
        notes, caller = current_appliance().notes, current_caller()
        for field in fields.values():
            accept(field)
        try:
            if note is None:
                await current_site().call(notes.add, caller, subject.code, *texts)
            else:
                await current_site().call(notes.edit, caller, note.id, note.revision, *texts)
        except NexusError as error:
            blamed = fields.get(str(error.values.get("field")))
            refused_at({error.code: blamed} if blamed is not None else {}, error)
            return
        dialog.close()
        toast(_("Saved. Students get it in a moment."))
