"""Pages for the tests of the foundation, on paths that no real page has."""

from nicegui import ui

from nexus_appliance.school.callers import ACCOUNT_ROLES, Caller, Role
from ui.components.button import primary_button
from ui.components.text import Text
from ui.pages import guarded_page
from ui.site import current_caller
from ui.theme import frame

DEEDS: list[str] = []
"""What the handlers of these pages have done, and as whom."""


def register_pages() -> None:
    """Register the pages on the running application."""
    DEEDS.clear()

    @guarded_page("/uji", *ACCOUNT_ROLES)
    async def anybody(caller: Caller, nomor: int = 0) -> None:
        with frame("Uji", caller):
            Text("p", f"Halo {caller.username} {nomor}")

    @guarded_page("/uji/guru", Role.TEACHER)
    async def teacher(caller: Caller) -> None:
        with frame("Uji guru", caller):
            primary_button("Kerjakan", lambda: DEEDS.append(current_caller().username))
            ui.input("Nama", on_change=lambda event: DEEDS.append(f"{current_caller().username} {event.value}"))
