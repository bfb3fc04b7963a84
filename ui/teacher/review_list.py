"""Questions that were refused and answers that were no help: looked at, answered with a note, ticked off."""

import asyncio
from collections.abc import Callable, Sequence

from nicegui import ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.callers import Caller
from nexus_appliance.school.subjects import SubjectView
from nexus_appliance.tutoring.known import KEPT
from nexus_appliance.tutoring.reviews import Kind, Review
from ui.components.button import primary_button, quiet_button
from ui.components.card import card
from ui.components.fields import select_field
from ui.components.sheet import sheet
from ui.components.text import Text, paragraph
from ui.components.toast import toast, toast_failure
from ui.dates import when
from ui.i18n import _, noted
from ui.rating_words import reason_name
from ui.site import current_appliance, current_caller, current_site
from ui.student.history_entry import past_turn
from ui.teacher.note_editor import write_note

STEP = 10
"""Questions shown at once; a button shows as many again."""

DONE = noted("Done")

KINDS: dict[Kind, str] = {
    "open": noted("All that are open"),
    "rated": noted("No help, say students"),
    "refused": noted("Not in the books"),
    "handled": DONE,
}


class ReviewList:
    """Newest first; who asked is not told. `dialogs` is a place that stays while rows come and go."""

    def __init__(self, subject: SubjectView, dialogs: ui.element) -> None:
        self._subject = subject
        self._dialogs = dialogs
        self._limit = STEP
        self._turn = asyncio.Lock()
        with card(_("Answers to look at")):
            kinds = {kind: _(name) for kind, name in KINDS.items()}
            self._kind = select_field(_("Show"), kinds)
            self._kind.set_value("open")
            self._kind.on_value_change(self._filter)
            self._place = ui.element("div").classes("nx-stack")

    async def refresh(self) -> None:
        """Show the list as it is now."""
        async with self._turn:  # an older finding never follows a newer one
            kind, limit = self._chosen(), self._limit
            found = await current_site().call(
                current_appliance().reviews.list, current_caller(), self._subject.code, kind, limit + 1
            )
            self._show(found[:limit], kind, more=len(found) > limit)

    async def _filter(self) -> None:
        self._limit = STEP
        await self.refresh()

    def _chosen(self) -> Kind:
        """A browser may send anything."""
        return next((kind for kind in KINDS if kind == self._kind.value), "open")

    def _show(self, reviews: Sequence[Review], kind: Kind, *, more: bool) -> None:
        self._place.clear()
        with self._place:
            if not reviews:
                _nothing(kind)
                return
            with ui.element("ul").classes("nx-list"):
                for review in reviews:
                    with ui.element("li").classes("nx-asked"):
                        self._row(review)
            if more:
                quiet_button(_("Show more"), self._show_more)

    def _row(self, review: Review) -> None:
        with ui.element("div").classes("nx-grow"):
            Text("strong", review.question)
            with ui.element("p").classes("nx-small nx-verdict"):
                Text("span", _verdict(review)).classes("nx-chip is-amber")
                Text("span", when(review.created_at))
            if review.rating is not None and review.rating.comment:
                Text("p", f"“{review.rating.comment}”").classes("nx-small")
        quiet_button(_("Look"), lambda: self._look(review), "visibility").mark("look")
        if review.handled:
            quiet_button(_("Open again"), lambda: self._reopen(review), "undo").mark("reopen")
        else:
            quiet_button(_("Done"), lambda: self._handle(review), "check").mark("handle")

    async def _show_more(self) -> None:
        self._limit += STEP
        await self.refresh()

    def _look(self, review: Review) -> None:
        """The answer and its passages as the student saw them."""
        with self._dialogs, sheet(_("As the student saw it"), wide=True) as dialog:
            past_turn(review, self._subject.code)
            with ui.element("div").classes("nx-actions"):
                quiet_button(_("Close"), dialog.close)
                if review.outcome in KEPT:
                    quiet_button(_("Never give this answer again"), lambda: forget(), "block").mark("forget-answer")
                primary_button(_("Write a note"), lambda: answer(), "edit_note").mark("answer-with-note")

        async def forget() -> None:
            dialog.close()
            told = _("Whoever asks this again gets a new answer.")
            await self._do(current_appliance().known_answers.forget, review, told)

        def answer() -> None:
            dialog.close()
            write_note(self._subject, self._dialogs, review.question)

    async def _handle(self, review: Review) -> None:
        told = _("Done. You find it under “{name}”.", name=_(DONE))
        await self._do(current_appliance().reviews.handle, review, told)

    async def _reopen(self, review: Review) -> None:
        await self._do(current_appliance().reviews.reopen, review, _("The question is open again."))

    async def _do(self, deed: Callable[[Caller, int], object], review: Review, told: str) -> None:
        with self._dialogs:
            try:
                await current_site().call(deed, current_caller(), review.turn)
            except NexusError as error:
                toast_failure(error)
            else:
                toast(told)


def _verdict(review: Review) -> str:
    """Why the question is here."""
    if review.rating is None:
        return _("Not in the books")
    return reason_name(review.rating.reason) or _("No help")


def _nothing(kind: Kind) -> None:
    with ui.element("div").classes("nx-nothing"):
        ui.icon("task_alt").props("aria-hidden=true")
        if kind == "handled":
            paragraph(_("Nothing has been ticked off yet."))
        else:
            paragraph(_("Nothing to look at. What the books do not answer, or answer badly, appears here by itself."))
