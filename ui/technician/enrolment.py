"""The publisher that this school is enrolled with: who sends books gets the right to here."""

from nicegui import ui

from nexus_appliance.distribution.sharing import CloudView
from nexus_appliance.errors import NexusError
from ui.components.button import primary_button, quiet_button
from ui.components.card import card
from ui.components.confirm import confirm
from ui.components.fields import accept, text_field
from ui.components.refusal import refused_at
from ui.components.text import paragraph
from ui.components.toast import toast, toast_failure
from ui.i18n import _
from ui.live import keep_shown
from ui.site import current_appliance, current_caller, current_site


async def enrolment_card() -> None:
    """Follows the enrolment while the page is open."""
    board = _Board()
    await keep_shown("cloud", current_appliance().sharing.cloud, board.show)


class _Board:
    def __init__(self) -> None:
        self._dialogs = ui.element("div").classes("nx-dialogs")
        with card(_("Publisher")):
            self._sentence = paragraph("")
            with ui.element("div").classes("nx-stack") as self._form:
                self._field = text_field(_("Invitation"), hint=_("The whole line that the publisher has sent"))
                self._field.mark("invitation")
                with ui.element("div").classes("nx-actions"):
                    primary_button(_("Enrol"), self._enrol).mark("enrol")
            with ui.element("div").classes("nx-actions") as self._enrolled:
                quiet_button(_("End the enrolment"), self._leave, "logout").mark("leave-cloud")

    def show(self, view: CloudView) -> None:
        """Show whether the school is enrolled."""
        self._form.set_visibility(not view.school)
        self._enrolled.set_visibility(bool(view.school))
        self._sentence.set_text(
            _("Enrolled as “{school}”. Teachers can send books, and material comes by itself.", school=view.school)
            if view.school
            else _(
                "With an invitation of the publisher this school gets material over the internet and can send books."
            )
        )

    async def _enrol(self) -> None:
        accept(self._field)
        try:
            sharing = current_appliance().sharing
            await current_site().call(sharing.enrol, current_caller(), str(self._field.value or ""))
        except NexusError as failure:
            refused_at({failure.code: self._field}, failure)
            return
        self._field.set_value("")
        toast(_("This school is enrolled now."))

    async def _leave(self) -> None:
        with self._dialogs:
            text = _("Nothing more comes over the internet, and no book is sent. What is here stays.")
            if not await confirm(_("End the enrolment?"), text, _("End it"), danger=True):
                return
            try:
                await current_site().call(current_appliance().sharing.leave, current_caller())
            except NexusError as failure:
                toast_failure(failure)
