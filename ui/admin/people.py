"""The people of the school: searched, filtered, page by page."""

from nicegui import ui

from nexus_appliance.school.accounts import Account
from nexus_appliance.school.callers import ACCOUNT_ROLES
from ui.admin.add_person import open_add_person
from ui.admin.board import Board
from ui.admin.overview import Overview
from ui.admin.person_rows import person_rows
from ui.components.account_menu import role_name
from ui.components.button import icon_button, primary_button
from ui.components.empty_state import empty_state
from ui.components.fields import search_field, select_field
from ui.components.text import Text
from ui.i18n import _, ngettext

PAGE_SIZE = 25
"""People on one page of the list; a phone shows them in a few sweeps of the thumb."""

EVERYBODY = "all"


def people(board: Board) -> None:
    """Search, role filter and the list."""
    with ui.element("div").classes("nx-part"):
        with ui.element("div").classes("nx-filters"):
            search = search_field(_("Search name or username"), lambda: show_first())
            roles = {EVERYBODY: _("All roles"), **{str(one): role_name(one) for one in ACCOUNT_ROLES}}
            role = select_field(_("Role"), roles, on_change=lambda: show_first())
            primary_button(_("Add account"), lambda: open_add_person(board), "person_add").mark("add-person")
        count = Text("p").classes("nx-muted").props("aria-live=polite")
        place = ui.element("div")
        with ui.element("nav").classes("nx-pages") as pages:
            back = icon_button("chevron_left", _("Previous page"), lambda: turn(-1)).mark("previous-page")
            position = Text("span").props("aria-live=polite")
            forth = icon_button("chevron_right", _("Next page"), lambda: turn(1)).mark("next-page")
        pages.props["aria-label"] = _("Pages of the list")
    page = 0

    def show(overview: Overview) -> None:
        nonlocal page
        found = matching(overview, str(search.value or ""), role.value)
        last = max(0, (len(found) - 1) // PAGE_SIZE)
        page = min(max(page, 0), last)
        count.set_text(ngettext("{count} person", "{count} people", len(found)))
        position.set_text(_("Page {page} of {count}", page=page + 1, count=last + 1))
        back.set_enabled(page > 0)
        forth.set_enabled(page < last)
        pages.set_visibility(last > 0)
        place.clear()
        with place:
            if found:
                person_rows(board, overview, found[page * PAGE_SIZE : (page + 1) * PAGE_SIZE])
            else:
                empty_state("person_search", _("Nobody found"), _("Try another name or choose all roles."))

    def show_first() -> None:
        nonlocal page
        page = 0
        show(board.overview)

    def turn(step: int) -> None:
        nonlocal page
        page += step
        show(board.overview)

    role.set_value(EVERYBODY)
    board.follow(show)


def matching(overview: Overview, text: str, role: object) -> list[Account]:
    """The accounts of a role ("all" for every one) that have all words of the text in name or username, by name."""
    words = text.casefold().split()
    found = [
        account
        for account in overview.accounts
        if role in (EVERYBODY, account.role)
        and all(word in f"{account.full_name} {account.username}".casefold() for word in words)
    ]
    return sorted(found, key=lambda account: (account.full_name.casefold(), account.username))
