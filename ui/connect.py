"""/sambung: how a phone finds this server, large enough for a projector. It follows when the address changes."""

import segno
from markupsafe import Markup
from nicegui import Client, ui

from nexus_appliance.operations.addresses import address_of, is_loopback
from ui.components.empty_state import empty_state
from ui.components.text import Text, heading
from ui.i18n import _, ngettext
from ui.live import on_change
from ui.pages import open_page
from ui.site import current_appliance
from ui.theme import frame

PATH = "/sambung"

COUNT = 3.0
"""Seconds between two counts of the devices."""

QUIET_ZONE = 4
"""Modules of white around the code: what ISO/IEC 18004 asks for."""


def register_connect() -> None:
    """Register the page; it says nothing that a visitor does not know already."""
    open_page(PATH)(connect_page)


async def connect_page() -> None:
    """The code, the address and the number of devices."""
    with frame(_("Connect"), live=False) as main:
        main.classes("nx-connect")
        sheet = ui.element("section").classes("nx-connect-sheet").props("aria-live=polite")
        count = Text("p").classes("nx-connect-devices").props("role=status").mark("devices")

    def show() -> None:
        sheet.clear()
        with sheet:
            _ways_in()

    def follow() -> None:
        count.set_text(devices_sentence(devices()))

    show()
    on_change("addresses", show)
    ui.timer(COUNT, follow)


def devices() -> int:
    """Other machines that have a page open."""
    hosts = {client.ip for client in Client.instances.values() if client.has_socket_connection and client.ip}
    return sum(not is_loopback(host) for host in hosts.difference(current_appliance().network.hosts))


def qr_code(text: str) -> Markup:
    """A QR code as SVG, dark on white whatever the theme: some phones do not read a light one on dark."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True))  # noqa: S704 - ours


def _ways_in() -> None:
    network, port = current_appliance().network, current_appliance().config.port
    if not network.hosts:
        empty_state(
            "wifi_off",
            _("The server is in no network"),
            _("Plug in the network cable or join the school's Wi-Fi. This page then shows the address by itself."),
            level=1,
        )
        return
    first, *others = (address_of(host, port) for host in network.hosts)
    code = ui.html(qr_code(first), sanitize=False).classes("nx-connect-code").props("role=img").mark("code")
    code.props["aria-label"] = _("QR code of {address}", address=first)
    with ui.element("div").classes("nx-connect-words"):
        heading(_("Learn on your phone"), 1)
        with ui.element("ol"):
            Text("li", _("Join the school's Wi-Fi."))
            Text("li", _("Scan the code, or type this address into the browser:"))
        Text("p", typed(first)).classes("nx-connect-address").mark("address")
        if network.name:
            Text("p", _("or {address}", address=typed(address_of(network.name, port)))).classes("nx-connect-name")
        for address in others:
            Text("p", _("In another network: {address}", address=typed(address))).classes("nx-small")


def typed(address: str) -> str:
    """An address as people type it."""
    return address.removeprefix("http://")


def devices_sentence(count: int) -> str:
    """How many devices are connected, in words."""
    if not count:
        return _("No other device is connected yet.")
    return ngettext("{count} device is connected.", "{count} devices are connected.", count)
