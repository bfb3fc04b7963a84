"""The address that students type."""

import json

from nicegui import ui

from nexus_appliance.school.callers import Caller
from ui.components.button import quiet_button
from ui.components.card import card
from ui.components.text import Text, paragraph
from ui.connect import PATH
from ui.i18n import _
from ui.site import current_appliance, current_site
from ui.technician.copied import tell_copied


async def address_card(caller: Caller) -> None:
    """The likeliest address large, the others below it; read once, for an address seldom changes."""
    addresses = await current_site().call(current_appliance().machine.addresses, caller)
    with card(_("Address for students")):
        if not addresses:
            paragraph(_("The server listens to this machine alone. Set NEXUS_HOST to 0.0.0.0 and start it again."))
            return
        Text("code", addresses[0]).classes("nx-address")
        paragraph(_("Phones and laptops in the school's network type this into the browser.")).classes("nx-small")
        for address in addresses[1:]:
            Text("p", _("In another network: {address}", address=address)).classes("nx-small")
        with ui.element("div").classes("nx-actions"):
            ui.link(_("Show large, for the projector"), PATH)
            copy = quiet_button(_("Copy"), lambda: None, "content_copy")
            text = json.dumps(addresses[0])
            copy.on("click", lambda event: tell_copied(event.args), js_handler=f"() => emit(nexus.copy({text}))")
