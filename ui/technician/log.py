"""The last records of the log, without secrets, to read, copy or save."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.operations.logs import LogEntry
from nexus_appliance.school.callers import Caller
from ui.components.button import quiet_button
from ui.components.card import card
from ui.components.fields import select_field
from ui.components.text import Text, heading, paragraph
from ui.i18n import _, noted
from ui.site import current_appliance, current_caller, current_site
from ui.technician.copied import tell_copied

LEVELS = {"all": noted("Everything"), "warning": noted("Warnings and errors"), "error": noted("Errors only")}

AT_LEAST = {
    "all": frozenset({"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}),
    "warning": frozenset({"WARNING", "ERROR", "CRITICAL"}),
    "error": frozenset({"ERROR", "CRITICAL"}),
}
"""Levels that each choice shows."""

COLOURS = {"WARNING": "is-amber", "ERROR": "is-danger", "CRITICAL": "is-danger"}


async def log_card(caller: Caller) -> None:
    """Read anew with a button: a log that runs away under the eyes cannot be read."""
    machine = current_appliance().machine
    records: list[LogEntry] = []
    with card():
        with ui.element("div").classes("nx-spread"):
            heading(_("Log"))
            level = select_field(_("Show"), {name: _(text) for name, text in LEVELS.items()}, on_change=lambda: show())
            level.classes("nx-log-level")
        place = ui.element("div").classes("nx-log").props("tabindex=0 role=log")
        place.props["aria-label"] = _("Log")
        with ui.element("div").classes("nx-actions"):
            quiet_button(_("Read again"), lambda: read(), "refresh").mark("read-log")
            _copy_button()
            save = quiet_button(_("Save as a file"), lambda: None, "download")
            save.on("click", js_handler="() => nexus.save('nexus.log', nexus.textOf('.nx-log'))")

    def show() -> None:
        levels = AT_LEAST.get(str(level.value), AT_LEAST["all"])
        place.clear()
        with place:
            _fill([record for record in records if record.level in levels])
        ui.run_javascript("nexus.toEnd('.nx-log')")

    async def read() -> None:
        records[:] = await current_site().call(machine.log, current_caller())
        show()

    records[:] = await current_site().call(machine.log, caller)
    level.set_value("all")


def _copy_button() -> None:
    copy = quiet_button(_("Copy"), lambda: None, "content_copy")
    copy.on(
        "click", lambda event: tell_copied(event.args), js_handler="() => emit(nexus.copy(nexus.textOf('.nx-log')))"
    )


def _fill(records: Sequence[LogEntry]) -> None:
    if not records:
        paragraph(_("Nothing of this kind has been written.")).classes("nx-muted")
    for record in records:
        with ui.element("div").classes(f"nx-log-entry {COLOURS.get(record.level, '')}"):
            Text("span", f"{record.time} ").classes("nx-log-time")
            Text("b", f"{record.level} ")
            Text("span", f"{record.source}: {record.text}")
