"""/konsol: the first page of the window on the server's own screen. Server on, address, this day, the way to each role.

Whoever sits at the machine sees it without signing in, for there is nothing on it about a person; elsewhere it is for
the school's staff.
"""

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nexus_appliance.operations.addresses import address_of
from nexus_appliance.operations.console import STAFF, Day
from nexus_appliance.school.callers import Caller
from ui.components.card import card
from ui.components.text import Text, heading, paragraph
from ui.connect import COUNT, devices, devices_sentence, qr_code, typed
from ui.connect import PATH as CONNECT
from ui.cookies import session_token
from ui.i18n import _, ngettext, noted
from ui.live import on_change
from ui.navigation import Entry, entries_for
from ui.pages import open_page
from ui.setup import is_loopback, school_is_empty
from ui.site import current_appliance, current_site
from ui.theme import frame

PATH = "/konsol"

DOORS = (
    ("/", noted("Student"), "forum"),
    ("/guru", noted("Teacher"), "menu_book"),
    ("/admin", noted("Administrator"), "school"),
    ("/teknisi", noted("Technician"), "monitor_heart"),
)
"""Where each role goes; whoever has not signed in does so on the way."""


def register_console() -> None:
    """Register the page."""
    open_page(PATH)(console_page)


async def console_page(request: Request) -> Response | None:
    """Redirects an empty school to its first steps, and others than staff and the machine itself to signing in."""
    if await school_is_empty():
        return RedirectResponse("/mulai", 303)
    here = is_loopback(request)
    caller = await current_site().signed_in.resolve(session_token(request.cookies))
    if caller is not None and (caller.must_change_password or caller.role not in STAFF):
        caller = None
    if caller is None and not here:
        return RedirectResponse("/", 303)
    with frame(_("Server"), caller):
        _lamp()
        with ui.element("div").classes("nx-system"):
            _address_card()
            with ui.element("div").classes("nx-stack-wide"):
                await _day_card(caller, here)
                _doors_card(caller)
    return None


def _lamp() -> None:
    with ui.element("div").classes("nx-lamp").props("role=status"):
        ui.icon("check_circle").props("aria-hidden=true")
        with ui.element("div"):
            heading(_("The server is on"), 1).mark("on")
            text = _("Closing this window leaves it on: students can go on asking.")
            paragraph(text).classes("nx-muted")


def _address_card() -> None:
    with card(_("Address for students")) as place:
        place.classes("nx-console-address")
        ways_in = ui.element("div").classes("nx-stack").props("aria-live=polite")
        ui.link(_("Show large, for the projector"), CONNECT).classes("nx-text-link")

    def show() -> None:
        network, port = current_appliance().network, current_appliance().config.port
        ways_in.clear()
        with ways_in:
            if not network.hosts:
                paragraph(_("The server is in no network. Plug in the network cable or join the school's Wi-Fi."))
                return
            address = address_of(network.hosts[0], port)
            code = ui.html(qr_code(address), sanitize=False).classes("nx-console-code").props("role=img").mark("code")
            code.props["aria-label"] = _("QR code of {address}", address=address)
            Text("code", typed(address)).classes("nx-address").mark("address")
            if network.name:
                name = typed(address_of(network.name, port))
                Text("p", _("or {address}", address=name)).classes("nx-small")

    show()
    on_change("addresses", show)


async def _day_card(caller: Caller | None, here: bool) -> None:
    site, console = current_site(), current_appliance().console
    with card(_("Today")), ui.element("ul").classes("nx-list"):
        asked, jobs, connected = (Text("li").mark(name) for name in ("asked", "jobs", "connected"))

    def show(day: Day) -> None:
        asked.set_text(_questions_sentence(day.questions))
        jobs.set_text(_jobs_sentence(day.jobs))

    async def follow() -> None:
        show(await site.call(console.day, caller, loopback=here))

    def count() -> None:
        connected.set_text(devices_sentence(devices()))

    on_change(("history", "jobs"), follow)
    count()
    ui.timer(COUNT, count)
    await follow()


def _questions_sentence(count: int) -> str:
    if not count:
        return _("No question has been asked yet today.")
    return ngettext("{count} question has been asked.", "{count} questions have been asked.", count)


def _jobs_sentence(count: int) -> str:
    if not count:
        return _("No book is being added.")
    return ngettext("{count} book is being added.", "{count} books are being added.", count)


def _doors_card(caller: Caller | None) -> None:
    doors = DOORS if caller is None else [_door(entry) for entry in entries_for(caller.role)]
    title = _("Open as") if caller is None else _("Go on with")
    with card(title), ui.element("nav").classes("nx-doors") as ways:
        for path, label, icon in doors:
            with ui.element("a").props(f'href="{path}"').classes("nx-door"):
                ui.icon(icon).props("aria-hidden=true")
                Text("span", _(label))
    ways.props["aria-label"] = title


def _door(entry: Entry) -> tuple[str, str, str]:
    return entry.path, entry.label, entry.icon
