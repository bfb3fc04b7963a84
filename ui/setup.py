"""The first visit to an empty school: create the administrator, from this machine or with the code it shows."""

import asyncio
import ipaddress
from urllib.parse import urlsplit

from nicegui import app
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nexus_appliance.errors import Failure, NexusError, NotAllowed
from ui.components.card import card
from ui.components.text import heading, paragraph
from ui.cookies import keep_session
from ui.forms import MISMATCH, back_to, failure_banner, field, form, read_form, submit
from ui.i18n import _
from ui.pages import START, open_page
from ui.site import current_site
from ui.theme import frame

WRONG_CODE_PAUSE = 1.0
"""Seconds a wrong code costs."""

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Headers of a proxy; behind one, the address of the connection is not the visitor's."""

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


async def school_is_empty() -> bool:
    """Whether nobody has an account yet; once somebody has, it is never asked again."""
    site = current_site()
    site.empty = site.empty and await site.call(site.services.accounts.is_empty)
    return site.empty


def register_setup() -> None:
    """Register the page and its route."""
    open_page("/mulai")(setup_page)
    app.post("/mulai")(create_admin)


def is_loopback(request: Request) -> bool:
    """Whether the visitor sits at this machine: by address, by the name asked for, and not through a proxy."""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if request.client is None or name not in LOCAL_NAMES or any(header in request.headers for header in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def setup_page(request: Request) -> Response | None:
    """The only page of an empty school; afterwards it leads to /masuk."""
    if not await school_is_empty():
        return RedirectResponse("/masuk", 303)
    with frame(_("First steps")), card().classes("nx-narrow"):
        heading(_("First steps"), 1)
        paragraph(_("This school is still empty. Create the administrator's account; everything else follows from it."))
        failure_banner(request.query_params, {MISMATCH: _("The two passwords differ. Type the same one twice.")})
        with form("/mulai"):
            if not is_loopback(request):
                hint = _("It stands on the screen of the server, where the program was started.")
                field(_("Set-up code"), "code", complete="one-time-code", hint=hint)
            field(_("Your name"), "full_name", complete="name")
            field(_("Username"), "username", complete="username")
            hint = _("At least 8 characters. A short sentence is easy to remember.")
            field(_("Password"), "password", "password", complete="new-password", hint=hint)
            field(_("Password again"), "again", "password", complete="new-password")
            submit(_("Create account"))
    return None


async def create_admin(request: Request) -> Response:
    """Create the first administrator and sign in."""
    fields = await read_form(request)
    if not await school_is_empty():
        return back_to("/masuk", NotAllowed(Failure.SETUP_DONE))
    if fields.get("password") != fields.get("again"):
        return RedirectResponse(f"/mulai?gagal={MISMATCH}", 303)
    try:
        return await _create(request, fields)
    except NexusError as error:
        if error.code is Failure.SETUP_CODE_WRONG:
            await asyncio.sleep(WRONG_CODE_PAUSE)
        return back_to("/mulai", error)


async def _create(request: Request, fields: dict[str, str]) -> Response:
    site, services = current_site(), current_site().services
    username, password = fields.get("username", ""), fields.get("password", "")
    await site.call_hashing(
        services.accounts.create_first_admin,
        username,
        fields.get("full_name", ""),
        password,
        code=fields.get("code", ""),
        loopback=is_loopback(request),
    )
    address = request.client.host if request.client else ""
    token, caller = await site.call_hashing(services.sessions.login, username, password, address)
    response = RedirectResponse(START[caller.role], 303)
    keep_session(response, token, services.config.session_hours)
    return response
