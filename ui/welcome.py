"""What the console says when the server has started: where students find it, where the data lies, the first step."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nexus_appliance.operations.addresses import address_of
from nexus_appliance.school.callers import OPERATOR
from ui.i18n import _

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


def welcome_lines(appliance: "Appliance") -> Iterator[str]:
    """One sentence a line. An empty school's one-time code is among them: it is shown here and nowhere else."""
    here = address_of("localhost", appliance.config.port)
    elsewhere = appliance.machine.addresses(OPERATOR)
    for address in elsewhere:
        yield _("Students open {address}", address=address)
    if not elsewhere:
        yield _("Only this machine reaches the server: it is in no network, or the setting `host` keeps it alone.")
    yield _("On this machine: {address}", address=here)
    if appliance.accounts.is_empty():
        yield _(
            "This school is still empty. Create the administrator at {address}/mulai, from another machine with the "
            "code {code}.",
            address=here,
            code=str(appliance.setup_code),
        )
    yield _("All data lies in {home}. Ctrl+C stops the server.", home=str(appliance.config.home))


def starting_sentence() -> str:
    """What a window says until the server answers."""
    return _("The server is starting. That takes up to half a minute ...")
