"""Questions that the books did not answer, from the students of one subject: answered or taken out."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.errors import Failure, NexusError
from nexus_appliance.school.inbox import REPLY_LIMIT, InboxView
from nexus_appliance.school.subjects import SubjectView
from ui.components.button import icon_button, primary_button, quiet_button
from ui.components.card import card
from ui.components.confirm import confirm
from ui.components.fields import text_area
from ui.components.refusal import refused_at
from ui.components.sheet import sheet
from ui.components.text import Text, paragraph
from ui.components.toast import toast, toast_failure
from ui.dates import when
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site
from ui.teacher.note_editor import write_note


class InboxList:
    """`dialogs` is a place that stays while rows come and go. Nothing is shown while no question is open."""

    def __init__(self, subject: SubjectView, dialogs: ui.element) -> None:
        self._subject = subject
        self._dialogs = dialogs
        self._place = ui.element("div")

    def show(self, questions: Sequence[InboxView]) -> None:
        """Show these open questions, oldest first."""
        self._place.clear()
        self._place.set_visibility(bool(questions))
        if not questions:
            return
        with self._place, card(_("Questions of students")), ui.element("ul").classes("nx-list"):
            for question in questions:
                with ui.element("li").classes("nx-asked"):
                    self._row(question)

    def _row(self, question: InboxView) -> None:
        with ui.element("div").classes("nx-grow"):
            Text("strong", question.question)
            Text("p", f"{question.student} · {when(question.created_at)}").classes("nx-small")
        quiet_button(_("Reply"), lambda: self._reply(question), "reply").mark("reply")
        name = _("Take out the question of {student}", student=question.student)
        icon_button("delete_outline", name, lambda: self._remove(question)).mark("remove-question")

    def _reply(self, question: InboxView) -> None:
        with self._dialogs, sheet(_("Reply to {student}", student=question.student)) as dialog:
            paragraph(question.question)
            field = text_area(_("Your reply"), limit=REPLY_LIMIT)
            noting = ui.checkbox(_("Add to the notes of the subject")).mark("add-to-notes")
            with ui.element("div").classes("nx-actions"):
                quiet_button(_("Cancel"), dialog.close)
                primary_button(_("Send"), lambda: send()).mark("send-reply")

        async def send() -> None:
            text = str(field.value or "")
            try:
                await current_site().call(current_appliance().inbox.reply, current_caller(), question.id, text)
            except NexusError as error:
                refused_at({Failure.QUESTION_EMPTY: field, Failure.QUESTION_TOO_LONG: field}, error)
                return
            dialog.close()
            toast(_("{student} has your reply as a notice.", student=question.student))
            if noting.value is True:
                write_note(self._subject, self._dialogs, question.question, text)

    async def _remove(self, question: InboxView) -> None:
        with self._dialogs:
            text = _("“{question}” is deleted without a reply.", question=question.question)
            if not await confirm(_("Take out this question?"), text, _("Take out"), danger=True):
                return
            try:
                await current_site().call(current_appliance().inbox.remove, current_caller(), question.id)
            except NexusError as error:
                toast_failure(error)
