"""A whole page for an expected failure: its sentence and a way on."""

from nicegui import ui

from nexus_appliance.errors import NexusError
from ui.components.empty_state import empty_state
from ui.i18n import _
from ui.words import sentence


def failure_panel(error: NexusError) -> None:
    """Show what happened and a link to the start page."""
    with ui.element("div").classes("nx-main"):
        empty_state("sentiment_dissatisfied", _("This did not work"), sentence(error), link=(_("Start page"), "/"))
