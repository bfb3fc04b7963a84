"""What a channel brings into one subject: its versions, taken back and taken up."""

from collections.abc import Callable, Sequence

from nicegui import ui

from nexus_appliance.distribution.updates import SourceView
from nexus_appliance.errors import NexusError
from nexus_appliance.school.callers import Caller
from nexus_appliance.school.subjects import SubjectView
from ui.channel_words import source_sentence
from ui.components.button import quiet_button
from ui.components.card import card
from ui.components.confirm import confirm
from ui.components.text import Text
from ui.components.toast import toast, toast_failure
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site


class ChannelList:
    """The sources of one subject; nothing is shown while there are none. `dialogs` stays while rows come and go."""

    def __init__(self, subject: SubjectView, dialogs: ui.element) -> None:
        self._subject = subject.code
        self._dialogs = dialogs
        self._place = card(_("From the material channel"))
        with self._place:
            self._list = ui.element("ul").classes("nx-list")

    def show(self, sources: Sequence[SourceView]) -> None:
        """Show these sources."""
        self._place.set_visibility(bool(sources))
        self._list.clear()
        with self._list:
            for source in sources:
                with ui.element("li").classes("nx-book nx-source"):
                    self._row(source)

    def _row(self, source: SourceView) -> None:
        ui.icon("cloud_download").classes("nx-book-mark").props("aria-hidden=true")
        with ui.element("div").classes("nx-grow"):
            Text("strong", source.title or source.name)
            Text("p", source_sentence(source)).classes("nx-small")
        if source.held or source.removed:
            button = quiet_button(
                _("Bring in {version}", version=source.offered), lambda: self._take_up(source), "redo"
            )
            button.mark("take-up")
        elif source.installed is not None and source.earlier is not None:
            button = quiet_button(
                _("Back to {version}", version=source.earlier), lambda: self._roll_back(source), "undo"
            )
            button.mark("roll-back")

    async def _roll_back(self, source: SourceView) -> None:
        with self._dialogs:
            title = _("Go back to version {version} of “{title}”?", version=source.earlier, title=source.title)
            text = _(
                "Students get answers from it at once. {version} stays away until you bring it in again.",
                version=source.installed,
            )
            if await confirm(title, text, _("Go back")):
                updates = current_appliance().updates
                await self._do(
                    lambda caller: updates.roll_back(caller, self._subject, source.name),
                    _("Version {version} answers again.", version=source.earlier),
                )

    async def _take_up(self, source: SourceView) -> None:
        with self._dialogs:
            updates = current_appliance().updates
            await self._do(
                lambda caller: updates.take_up(caller, self._subject, source.name),
                _("Version {version} comes with the next look.", version=source.offered),
            )

    async def _do(self, deed: Callable[[Caller], object], done: str) -> None:
        try:
            await current_site().call(deed, current_caller())
        except NexusError as failure:
            toast_failure(failure)
        else:
            toast(done)
