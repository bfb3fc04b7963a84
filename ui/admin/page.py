"""/admin: the school's subjects and people."""

from nicegui import ui

from nexus_appliance.school.callers import Caller
from ui.admin.board import Board
from ui.admin.guide import guide
from ui.admin.overview import read_overview
from ui.admin.people import people
from ui.admin.subjects import subjects
from ui.components.page_title import page_title
from ui.i18n import _
from ui.theme import frame

PARTS = ("mapel", "orang")
"""Names of the tabs, as they stand in the address."""


async def admin_page(caller: Caller, bagian: str = "") -> None:
    """The guide while the school is young, then a tab for subjects and one for people."""
    overview = await read_overview(caller)
    with frame(_("School"), caller):
        page_title(_("School"), _("Subjects and people. Teachers add the books themselves."))
        board = Board(caller, overview)
        guide(board)
        chosen = bagian if bagian in PARTS else PARTS[0]
        with ui.tabs(value=chosen).props("no-caps inline-label align=left").classes("nx-tabs") as tabs:  # type: ignore[arg-type]
            ui.tab("mapel", _("Subjects"), "menu_book")
            ui.tab("orang", _("People"), "group")
        with ui.tab_panels(tabs, value=chosen, animated=False).classes("nx-tab-panels"):
            with ui.tab_panel("mapel"):
                subjects(board)
            with ui.tab_panel("orang"):
                people(board)
        tabs.on_value_change(lambda event: remember(event.value))


def remember(part: object) -> None:
    """Keep the tab in the address, so that a reload stays on it."""
    if part in PARTS:
        ui.navigate.history.replace(f"/admin?bagian={part}")
