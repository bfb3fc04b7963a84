"""/teknisi: checks, language model, address, books on their way, log. A page that is calm when all is well."""

from nicegui import ui

from nexus_appliance.school.callers import Caller
from ui.components.page_title import page_title
from ui.i18n import _
from ui.technician.address import address_card
from ui.technician.channel import channel_card
from ui.technician.checks import checks_card
from ui.technician.doctor import doctor_card
from ui.technician.enrolment import enrolment_card
from ui.technician.jobs import jobs_card
from ui.technician.log import log_card
from ui.technician.model import model_card
from ui.technician.releases import releases_card
from ui.theme import frame


async def technician_page(caller: Caller) -> None:
    """Each card reads and refreshes itself."""
    with frame(_("System"), caller):
        page_title(_("System"), _("How the server of this school is doing, and what to do when it is not well."))
        with ui.element("div").classes("nx-system"):
            with ui.element("div").classes("nx-stack-wide"):
                await checks_card(caller)
                doctor_card()
                await model_card(caller)
                await releases_card()
            with ui.element("div").classes("nx-stack-wide"):
                await address_card(caller)
                await channel_card()
                await enrolment_card()
                await jobs_card()
        await log_card(caller)
