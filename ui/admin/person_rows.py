"""A table of people on a wide screen, cards on a phone; the roles keep it a table for screen readers."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.school.accounts import Account
from nexus_appliance.school.callers import Role
from ui.admin.board import Board
from ui.admin.overview import Overview
from ui.admin.person import open_person
from ui.components.account_menu import role_name
from ui.components.button import icon_button
from ui.components.text import Text
from ui.i18n import _

SHOWN_SUBJECTS = 3
"""Subjects of a teacher in a row; the rest is counted."""


def person_rows(board: Board, overview: Overview, accounts: Sequence[Account]) -> None:
    """One row for each account, with a button that opens it."""
    with ui.element("div").classes("nx-people").props("role=table") as table:
        with ui.element("div").classes("nx-people-head").props("role=row"):
            for title in (_("Name"), _("Username"), _("Role"), _("Subjects"), _("State"), ""):
                Text("span", title).props("role=columnheader")
        for account in accounts:
            _row(board, overview, account)
    table.props["aria-label"] = _("People")


def _row(board: Board, overview: Overview, account: Account) -> None:
    with ui.element("div").classes("nx-person").props("role=row"):
        _cell("name", account.full_name)
        _cell("login", account.username)
        _cell("role", role_name(account.role))
        _cell("taught", taught_subjects(overview, account))
        with ui.element("span").classes("nx-person-state").props("role=cell"):
            text, style = account_state(account)
            Text("span", text).classes(f"nx-chip {style}")
        with ui.element("span").classes("nx-person-open").props("role=cell"):
            name = _("Change {name}", name=account.full_name)
            icon_button("edit", name, lambda: open_person(board, account.username)).mark("open-person")


def _cell(name: str, text: str) -> None:
    Text("span", text).classes(f"nx-person-{name}").props("role=cell")


def taught_subjects(overview: Overview, account: Account) -> str:
    """The names of a teacher's subjects, the first few of them."""
    if account.role is not Role.TEACHER:
        return ""
    names = overview.subject_names()
    taught = [names.get(code, code) for code in account.subjects]
    if not taught:
        return _("No subject yet")
    more = len(taught) - SHOWN_SUBJECTS
    return ", ".join(taught[:SHOWN_SUBJECTS]) + (f" +{more}" if more > 0 else "")


def account_state(account: Account) -> tuple[str, str]:
    """The state of an account in words, and the style of its chip."""
    if account.disabled:
        return _("Disabled"), "is-danger"
    if account.must_change_password:
        return _("Initial password"), "is-amber"
    return _("Active"), "is-ok"
