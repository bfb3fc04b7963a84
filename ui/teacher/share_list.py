"""The books of a subject that are sent to the publisher: how far they are, and what became of them."""

from collections.abc import Callable, Sequence

from nicegui import ui

from nexus_appliance.distribution.sharing import ShareView
from nexus_appliance.errors import NexusError
from nexus_appliance.school.callers import Caller
from ui.channel_words import size_words
from ui.components.button import quiet_button
from ui.components.card import card
from ui.components.progress_row import ProgressRow
from ui.components.text import Text
from ui.components.toast import toast_failure
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site
from ui.words import failure_sentence

MOVING = ("queued", "sending")


class ShareList:
    """Nothing is shown while no book is sent; `dialogs` stays while rows come and go."""

    def __init__(self, dialogs: ui.element) -> None:
        self._dialogs = dialogs
        self._place = card(_("On the way to the publisher"))
        with self._place:
            self._list = ui.element("ul").classes("nx-list")
        self._states: list[tuple[int, str]] | None = None
        self._rows: dict[int, ProgressRow] = {}

    def show(self, shares: Sequence[ShareView]) -> None:
        """Show these; rows of books that move are updated in place."""
        self._place.set_visibility(bool(shares))
        states = [(share.id, share.state) for share in shares]
        if states != self._states:
            self._states = states
            self._build(shares)
        for share in shares:
            if share.id in self._rows:
                self._rows[share.id].show(share.done / share.size if share.size else 0.0, share_sentence(share))

    def _build(self, shares: Sequence[ShareView]) -> None:
        self._rows.clear()
        self._list.clear()
        with self._list:
            for share in shares:
                with ui.element("li").classes("nx-job"):
                    if share.state in MOVING:
                        self._rows[share.id] = ProgressRow(share.title)
                    else:
                        with ui.element("div").classes("nx-grow"):
                            Text("strong", share.title)
                            Text("p", share_sentence(share)).classes("nx-small")
                    self._actions(share)

    def _actions(self, share: ShareView) -> None:
        sharing = current_appliance().sharing
        with ui.element("div").classes("nx-actions"):
            if share.state in MOVING:
                quiet_button(_("Cancel"), lambda: self._do(sharing.cancel, share), "close").mark("cancel-share")
            elif share.state in ("failed", "cancelled"):
                quiet_button(_("Try again"), lambda: self._do(sharing.retry, share), "refresh").mark("retry-share")
            if share.state not in (*MOVING, "sent"):
                quiet_button(_("Remove from the list"), lambda: self._do(sharing.dismiss, share)).mark("dismiss-share")

    async def _do(self, deed: Callable[[Caller, int], None], share: ShareView) -> None:
        with self._dialogs:
            try:
                await current_site().call(deed, current_caller(), share.id)
            except NexusError as failure:
                toast_failure(failure)


def share_sentence(share: ShareView) -> str:
    """How a book stands."""
    if share.state == "failed":
        return failure_sentence(share.failure or "cloud_unreachable", share.failure_values)
    if share.state == "sending" and share.size:
        return _("{done} of {total} sent", done=size_words(share.done), total=size_words(share.size))
    return {
        "queued": _("Waits for the line; it is sent by itself."),
        "sending": _("It is being sent."),
        "sent": _("It has arrived and is being processed. Until it comes back, the book made here answers."),
        "published": _("Published as version {version}; it comes with the next look.", version=share.version),
        "returned": _("Published as version {version}; the channel's pack answers now.", version=share.version),
        "cancelled": _("Cancelled."),
    }.get(share.state, "")
