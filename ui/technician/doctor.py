"""The connection doctor: a button for the day when phones do not find the server."""

from collections.abc import Sequence

from nicegui import ui

from nexus_appliance.operations.checks import Check
from ui.components.busy import busy
from ui.components.button import quiet_button
from ui.components.card import card
from ui.components.text import Text, paragraph
from ui.doctor_words import finding_sentence
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site
from ui.technician.checks import check_row


def doctor_card() -> None:
    """Nothing is looked at before somebody asks: it takes some seconds."""
    with card(_("Connection doctor")):
        paragraph(_("Phones do not find the server? This looks for the reason and says what to do."))
        rows = ui.element("ul").classes("nx-list nx-checks").props("aria-live=polite")
        with ui.element("div").classes("nx-actions"):
            button = quiet_button(_("Examine"), lambda: examine(), "troubleshoot").mark("examine")

    async def examine() -> None:
        rows.clear()
        with rows:
            Text("li", _("Looking; this takes up to fifteen seconds ..."))
        with busy(button):
            show(await current_site().call(current_appliance().machine.connection, current_caller()))

    def show(findings: Sequence[Check]) -> None:
        rows.clear()
        with rows:
            for found in findings:
                check_row(found.verdict, finding_sentence(found.name, found.values))
