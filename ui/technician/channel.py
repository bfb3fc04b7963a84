"""The channel: when it was looked at, what came, what is coming; and sticks that hold one."""

from collections.abc import Callable, Sequence
from pathlib import Path

from nicegui import ui

from nexus_appliance.distribution.updates import ChannelView, CheckView
from nexus_appliance.errors import NexusError
from nexus_appliance.school.callers import Caller
from ui.channel_words import QUIET, channel_sentence, check_sentence, progress_fraction, progress_sentence
from ui.components.button import primary_button, quiet_button
from ui.components.card import card
from ui.components.progress_row import ProgressRow
from ui.components.text import Text, heading, paragraph
from ui.components.toast import toast_failure
from ui.dates import when
from ui.i18n import _
from ui.live import keep_shown
from ui.site import current_appliance, current_caller, current_site

EVERY = 5.0
"""Seconds between two looks for sticks while the page is open."""
SHOWN = 5
"""Looks in the card."""


async def channel_card() -> None:
    """Follows the channel while the page is open."""
    updates = current_appliance().updates
    board = _Board()
    await keep_shown("updates", updates.channel, board.show)

    async def follow() -> None:
        board.show(await current_site().call(updates.channel, current_caller()))

    ui.timer(EVERY, follow, immediate=False)


class _Board:
    """The card, updated in place; rows are made anew only when they change."""

    def __init__(self) -> None:
        with card():
            with ui.element("div").classes("nx-spread"):
                heading(_("New material"))
                self._chip = Text("span").classes("nx-chip").props("role=status")
            self._sentence = paragraph("")
            self._progress = ProgressRow(_("At work"))
            self._sticks = ui.element("ul").classes("nx-list nx-sticks")
            with ui.element("div").classes("nx-actions"):
                self._check = quiet_button(_("Check now"), self._check_now, "sync").mark("check-channel")
                self._stop = quiet_button(_("Stop"), self._end, "close").mark("stop-channel")
            self._looks = ui.element("ul").classes("nx-list")
        self._shown_sticks: tuple[Path, ...] | None = None
        self._shown_looks: tuple[CheckView, ...] | None = None

    def show(self, view: ChannelView) -> None:
        """Show one state of the channel."""
        busy = bool(view.progress.stage)
        word, colour = _verdict(view)
        self._chip.set_text(word)
        self._chip.classes(replace=f"nx-chip {colour}")
        self._sentence.set_text(channel_sentence(view))
        self._progress.element.set_visibility(busy)
        if busy:
            self._progress.show(progress_fraction(view.progress), progress_sentence(view.progress))
        self._check.set_visibility(view.follows and not busy)
        self._stop.set_visibility(busy)
        sticks = () if busy else view.sticks
        if sticks != self._shown_sticks:
            self._shown_sticks = sticks
            self._list_sticks(sticks)
        if view.checks != self._shown_looks:
            self._shown_looks = view.checks
            self._list_looks(view.checks)

    def _list_sticks(self, sticks: Sequence[Path]) -> None:
        self._sticks.clear()
        self._sticks.set_visibility(bool(sticks))
        with self._sticks:
            for stick in sticks:
                with ui.element("li").classes("nx-spread"):
                    Text("span", _("A stick with material is plugged in: {place}", place=str(stick))).classes("nx-grow")
                    primary_button(_("Take over"), self._taking(stick), "usb").mark("take-stick")

    def _taking(self, stick: Path) -> Callable[[], object]:
        return lambda: self._do(lambda caller: current_appliance().updates.check_now(caller, stick))

    def _list_looks(self, looks: Sequence[CheckView]) -> None:
        self._looks.clear()
        with self._looks:
            for look in looks[:SHOWN]:
                with ui.element("li").classes("nx-machine-job"):
                    Text("p", check_sentence(look) if look.ended_at else _("At work")).classes("nx-flat")
                    Text("p", when(look.began_at)).classes("nx-small")

    async def _check_now(self) -> None:
        await self._do(current_appliance().updates.check_now)

    async def _end(self) -> None:
        await self._do(current_appliance().updates.stop)

    async def _do(self, deed: Callable[[Caller], object]) -> None:
        try:
            await current_site().call(deed, current_caller())
        except NexusError as failure:
            toast_failure(failure)


def _verdict(view: ChannelView) -> tuple[str, str]:
    last = next((check for check in view.checks if check.ended_at is not None), None)
    if view.progress.stage:
        return _("At work"), "is-amber"
    if last is not None and last.failure is not None and last.failure not in QUIET:
        return _("Needs a look"), "is-danger"
    if last is not None and last.failure == "channel_unreachable":
        return _("Offline"), ""
    return (_("All is well"), "is-ok") if view.follows or last is not None else (_("From sticks"), "")
