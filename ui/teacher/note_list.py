"""The notes of one subject: written, changed, removed behind a question, brought back while that is possible."""

from collections.abc import Callable
from datetime import timedelta

from nicegui import ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.callers import Caller
from nexus_appliance.school.notes import NoteView, Shelf
from nexus_appliance.school.subjects import SubjectView
from ui.components.button import icon_button, quiet_button
from ui.components.card import card
from ui.components.confirm import confirm
from ui.components.text import Text, paragraph
from ui.components.toast import toast, toast_failure
from ui.dates import duration, when
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site
from ui.teacher.note_editor import change_note, write_note


class NoteList:
    """`dialogs` is a place that stays while rows come and go; `hours` is how long a removal can be undone."""

    def __init__(self, subject: SubjectView, dialogs: ui.element, hours: int) -> None:
        self._subject = subject
        self._dialogs = dialogs
        self._kept = timedelta(hours=hours)
        with card(_("Teacher's notes")).classes("nx-notes"):
            paragraph(
                _("Questions with answers that the books lack. Students get them like passages of a book.")
            ).classes("nx-small")
            quiet_button(_("Write a note"), lambda: write_note(subject, dialogs), "edit_note").mark("write-note")
            self._pending = paragraph(_("The latest changes are being prepared ..."))
            self._pending.classes("nx-small").props("role=status")
            self._place = ui.element("ul").classes("nx-list")

    def show(self, shelf: Shelf) -> None:
        """Show these notes, newest first; removed ones stand at the end."""
        self._pending.set_visibility(shelf.pending)
        self._place.set_visibility(bool(shelf.notes))
        self._place.clear()
        with self._place:
            for note in sorted(shelf.notes, key=lambda one: one.removed_at is not None):
                with ui.element("li").classes("nx-note" if note.removed_at is None else "nx-note is-removed"):
                    self._row(note)

    def _row(self, note: NoteView) -> None:
        with ui.element("div").classes("nx-grow"):
            Text("strong", note.question)
            if note.removed_at is None:
                Text("p", note.answer).classes("nx-note-answer")
                Text("p", " · ".join(filter(None, (note.author, when(note.changed_at))))).classes("nx-small")
            else:
                until = when(note.removed_at + self._kept)
                Text("p", _("Removed. It can be brought back until {time}.", time=until)).classes("nx-small")
        if note.removed_at is not None:
            quiet_button(_("Bring back"), lambda: self._restore(note), "undo").mark("restore-note")
            return
        with ui.element("div").classes("nx-note-actions"):
            name = _("Change the note “{question}”", question=note.question)
            icon_button("edit", name, lambda: change_note(self._subject, self._dialogs, note)).mark("change-note")
            name = _("Remove the note “{question}”", question=note.question)
            icon_button("delete_outline", name, lambda: self._remove(note)).mark("remove-note")

    async def _remove(self, note: NoteView) -> None:
        with self._dialogs:
            text = _(
                "Students get no answers from “{question}” any more. You can bring it back within {time}.",
                question=note.question,
                time=duration(self._kept.total_seconds()),
            )
            if await confirm(_("Remove this note?"), text, _("Remove"), danger=True):
                await self._do(current_appliance().notes.remove, note, _("The note was removed."))

    async def _restore(self, note: NoteView) -> None:
        with self._dialogs:
            await self._do(current_appliance().notes.restore, note, _("The note is back."))

    async def _do(self, deed: Callable[[Caller, int], None], note: NoteView, told: str) -> None:
        try:
            await current_site().call(deed, current_caller(), note.id)
        except NexusError as error:
            toast_failure(error)
        else:
            toast(told)
