"""The notices bell: how many are unread, and a list that marks them as read when opened."""

from nicegui import ui

from nexus_appliance.school.notices import NoticeView
from ui.components.button import icon_button
from ui.components.text import Text, heading, paragraph
from ui.dates import when
from ui.i18n import _, ngettext
from ui.live import on_change
from ui.site import current_caller, current_site
from ui.words import notice_sentence

SHOWN = 20
"""Notices in the list; older ones have been read or do not matter any more."""


def bell() -> None:
    """A bell that follows the topic "notices"."""
    button = icon_button("notifications", _("Notices"))
    with button:
        badge = ui.badge("").props("floating color=accent").classes("nx-badge")
        with ui.menu().props("anchor='bottom right' self='top right' max-height=70vh").classes("nx-menu nx-notices"):
            heading(_("Notices"))
            rows = ui.element("ul").props("aria-live=polite")
    badge.set_visibility(False)

    async def count() -> None:
        unread = await current_site().call(current_site().services.notices.unread, current_caller())
        badge.set_text(str(unread))
        badge.set_visibility(unread > 0)
        button.props["aria-label"] = ngettext("{count} unread notice", "{count} unread notices", unread)

    async def show() -> None:
        notices = current_site().services.notices
        caller = current_caller()
        found = await current_site().call(notices.list, caller, SHOWN)
        _fill(rows, found)
        unread = [notice.id for notice in found if not notice.read]
        if unread:
            await current_site().call(notices.mark_read, caller, unread)

    button.on_click(show)
    on_change("notices", count)
    ui.timer(0, count, once=True)


def _fill(rows: ui.element, notices: list[NoticeView]) -> None:
    rows.clear()
    with rows:
        if not notices:
            paragraph(_("Nothing new.")).classes("nx-muted")
        for notice in notices:
            with ui.element("li").classes("nx-notice" if notice.read else "nx-notice nx-unread"):
                Text("span", notice_sentence(notice.kind, notice.values))
                Text("small", when(notice.created_at)).classes("nx-muted")
