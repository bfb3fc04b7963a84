"""The student's own questions about one subject: newest first, searchable, to read again or to delete."""

from collections.abc import Callable

from nicegui import ui

from nexus_appliance.school.subjects import SubjectView
from nexus_appliance.tutoring.history import Exchange, own_topic
from ui.components.button import danger_button, icon_button, quiet_button
from ui.components.confirm import confirm
from ui.components.fields import search_field
from ui.components.text import Text, heading, paragraph
from ui.components.toast import toast
from ui.i18n import _, ngettext
from ui.live import on_change
from ui.site import current_appliance, current_caller, current_site
from ui.student.history_entry import entry_row, entry_view
from ui.student.subject_name import subject_name

STEP = 30
"""Questions shown at once; a button shows as many again."""


class HistoryPanel:
    """A sheet at the right side, on a phone over the whole page. `ask_again` gets the question of an entry."""

    def __init__(self, ask_again: Callable[[str], object]) -> None:
        self._ask_again = ask_again
        self._subject: SubjectView | None = None
        self._limit = STEP
        self._opened = 0
        self._shown: tuple[list[Exchange], str, int] | None = None
        with ui.dialog().props("position=right full-height") as self._sheet, ui.element("div").classes("nx-history"):
            with ui.element("header").classes("nx-history-head"):
                self._back = icon_button("arrow_back", _("Back to the list"), self.refresh)
                self._title = heading(_("History"))
                icon_button("close", _("Close"), self._sheet.close)
            self._search = search_field(_("Search in your questions"), self._follow)
            self._body = ui.element("div").classes("nx-history-body")
            with ui.element("footer") as self._foot:
                danger_button(_("Delete this history"), self._delete, icon="delete_outline")
        self._sheet.props["aria-label"] = _("History")
        on_change(("history", own_topic(current_caller())), self._follow)

    async def open(self, subject: SubjectView) -> None:
        """Show the history of a subject."""
        self._subject, self._limit, self._shown = subject, STEP, None
        self._title.set_text(_("History of {subject}", subject=subject_name(subject)))
        self._sheet.open()
        await self.refresh()

    async def refresh(self) -> None:
        """Show the list as it is now, unless an entry is opened while it is looked up.

        A list that has not changed stays as it is: a tap on a row that was just replaced by its like would be lost.
        """
        if self._subject is None:
            return
        opened = self._opened
        text, limit = str(self._search.value or "")[:200], self._limit
        search = current_appliance().history.search
        found = await current_site().call(search, current_caller(), self._subject.code, text, limit + 1)
        if opened == self._opened and self._shown != (found, text, limit):
            self._shown = found, text, limit
            self._show_list(found[:limit], text, more=len(found) > limit)

    async def _follow(self) -> None:
        if self._sheet.value and not self._back.visible:
            await self.refresh()

    def _show_list(self, found: list[Exchange], text: str, *, more: bool) -> None:
        self._parts(list_shown=True, deletable=bool(found or text))
        with self._body:
            if not found:
                _nothing(text)
            with ui.element("ul").classes("nx-list"):
                for exchange in found:
                    entry_row(exchange, self._show_entry)
            if more:
                quiet_button(_("Show more"), self._show_more)

    def _show_entry(self, exchange: Exchange) -> None:
        self._opened += 1
        self._shown = None
        self._parts(list_shown=False, deletable=False)
        with self._body:
            entry_view(exchange)
            quiet_button(_("Ask again"), lambda: self._again(exchange), icon="refresh")

    def _parts(self, *, list_shown: bool, deletable: bool) -> None:
        self._body.clear()
        self._back.set_visibility(not list_shown)
        self._search.set_visibility(list_shown)
        self._foot.set_visibility(deletable)

    async def _show_more(self) -> None:
        self._limit += STEP
        await self.refresh()

    def _again(self, exchange: Exchange) -> None:
        self._sheet.close()
        self._ask_again(exchange.question)

    async def _delete(self) -> None:
        subject = self._subject
        if subject is None:
            return
        name = subject_name(subject)
        title = _("Delete your history of {subject}?", subject=name)
        text = _(
            "All your questions about {subject} and their answers are deleted. This cannot be undone.", subject=name
        )
        if await confirm(title, text, _("Delete"), danger=True):
            count = await current_site().call(current_appliance().history.clear, current_caller(), subject.code)
            toast(ngettext("{count} question deleted.", "{count} questions deleted.", count))
            await self.refresh()


def _nothing(text: str) -> None:
    with ui.element("div").classes("nx-nothing"):
        ui.icon("search_off" if text else "history").props("aria-hidden=true")
        paragraph(_("No question contains these words.") if text else _("You have not asked anything here yet."))
        if not text:
            kept = _(
                "Every question you ask is kept here. Your teachers see, without your name, only those that the books "
                "did not answer or that you marked as no help."
            )
            Text("small", kept).classes("nx-muted")
