"""What the parts of the page share: the school as last read, and a place for dialogs."""

from collections.abc import Callable

from nicegui import ui

from nexus_appliance.school.callers import Caller
from ui.admin.overview import Overview, read_overview
from ui.live import on_change
from ui.site import current_caller

Show = Callable[[Overview], None]


class Board:
    """Shows every part anew when the school has changed.

    `dialogs` is a place that stays while lists are rebuilt: what a handler opens or says belongs there, for the button
    that was clicked may be gone a moment later. `grade` is the grade that was chosen last.
    """

    def __init__(self, caller: Caller, overview: Overview) -> None:
        self.caller = caller
        self.overview = overview
        self.grade: int | None = None
        self.dialogs = ui.element("div").classes("nx-nowhere")
        self._shows: list[Show] = []
        on_change(("subjects", "books", "users"), self._refresh)

    def follow(self, show: Show) -> None:
        """Run `show` now and whenever the school has changed."""
        self._shows.append(show)
        show(self.overview)

    async def _refresh(self) -> None:
        overview = await read_overview(current_caller())
        if overview != self.overview:
            self.overview = overview
            for show in self._shows:
                show(overview)
