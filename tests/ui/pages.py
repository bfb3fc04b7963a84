"""Pages for the tests of the foundation, on paths that no real page has."""

from collections.abc import Mapping

from nicegui import ui

from nexus_appliance.school.callers import ACCOUNT_ROLES, Caller, Role
from ui.components.button import primary_button
from ui.components.text import Text
from ui.live import on_change
from ui.pages import guarded_page
from ui.site import current_appliance, current_caller, current_site
from ui.theme import frame
from ui.uploads import StagedFile, upload_route

DEEDS: list[str] = []
"""What the handlers of these pages have done, and as whom."""


def register_pages() -> None:
    """Register the pages on the running application."""
    DEEDS.clear()
    guarded_page("/uji", *ACCOUNT_ROLES)(anybody)
    guarded_page("/uji/guru", Role.TEACHER)(teacher)
    upload_route("/uji/unggah", take, Role.TEACHER)


async def anybody(caller: Caller, nomor: int = 0) -> None:
    """A page for everybody who is signed in; lists the subjects and follows them."""
    with frame("Uji", caller):
        Text("p", f"Halo {caller.username} {nomor}")
        rows = ui.column()

    async def refresh() -> None:
        found = await current_site().call(current_appliance().subjects.list, current_caller())
        rows.clear()
        with rows:
            for subject in found:
                Text("p", f"{subject.name} {subject.grade}")

    if caller.role is not Role.TECHNICIAN:
        await refresh()
        on_change("subjects", refresh)


async def teacher(caller: Caller) -> None:
    """A page of teachers."""
    with frame("Uji guru", caller):
        primary_button("Kerjakan", lambda: DEEDS.append(current_caller().username))
        ui.input("Nama", on_change=lambda event: DEEDS.append(f"{current_caller().username} {event.value}"))


async def take(caller: Caller, staged: StagedFile, fields: Mapping[str, str]) -> Mapping[str, str | int]:
    """Keep the size of what was received."""
    DEEDS.append(f"{caller.username} {staged.filename} {staged.path.read_bytes()[:5]!r} {fields.get('judul')}")
    return {"size": staged.size}
