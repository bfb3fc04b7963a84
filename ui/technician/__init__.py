"""The page of technicians: what the machine needs, and what it does."""

from nexus_appliance.school.callers import Role
from ui.pages import guarded_page
from ui.technician.page import technician_page


def register() -> None:
    """Register /teknisi; administrators of small schools are their own technicians."""
    guarded_page("/teknisi", Role.TECHNICIAN, Role.ADMIN)(technician_page)
