"""Signing in and out: /masuk, /keluar, and a password of one's own: /sandi."""

from urllib.parse import quote, unquote

from nicegui import app
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nexus_appliance.errors import Failure, Invalid, NexusError
from nexus_appliance.school.callers import ACCOUNT_ROLES, Caller
from ui.components.card import card
from ui.components.text import heading, paragraph
from ui.cookies import drop_session, keep_language, keep_session, session_token
from ui.forms import MISMATCH, back_to, failure_banner, field, form, hidden, read_form, submit
from ui.i18n import _, known_language
from ui.pages import START, guarded_page, open_page
from ui.setup import school_is_empty
from ui.site import current_site
from ui.theme import frame, school_name

TYPED = "nexus_nama"
"""Cookie that keeps a typed username for a minute, so that a wrong password does not cost typing it again."""

FORM_PAGES = frozenset({"/masuk", "/mulai", "/sandi"})
"""Pages with plain forms."""


def register_auth() -> None:
    """Register pages and routes; a page comes before its route, for NiceGUI clears the path."""
    open_page("/masuk")(login_page)
    guarded_page("/sandi", *ACCOUNT_ROLES)(password_page)
    app.post("/masuk")(login)
    app.post("/keluar")(logout)
    app.post("/sandi")(change_password)
    app.post("/bahasa")(choose_language)


async def login_page(request: Request) -> Response | None:
    """The sign-in page; signed-in visitors go on, an empty school starts at /mulai."""
    caller = await current_site().signed_in.resolve(session_token(request.cookies))
    if caller:
        return RedirectResponse(START[caller.role], 303)
    if await school_is_empty():
        return RedirectResponse("/mulai", 303)
    with frame(_("Sign in")), card().classes("nx-narrow"):
        heading(_("Welcome to {school}", school=school_name()), 1)
        paragraph(_("Sign in with the account your school gave you.")).classes("nx-muted")
        failure_banner(request.query_params)
        with form("/masuk"):
            hidden("next", known_path(request.query_params.get("next", "")))
            typed = unquote(request.cookies.get(TYPED, ""))[:64]
            field(_("Username"), "username", complete="username", value=typed)
            field(_("Password"), "password", "password", complete="current-password")
            submit(_("Sign in"))
        paragraph(_("Forgot your password? Ask your teacher or the administrator for a new one.")).classes("nx-small")
    return None


async def login(request: Request) -> Response:
    """Check name and password; a new session token, then the start page or the page that was asked for."""
    fields = await read_form(request)
    username, next_path = fields.get("username", ""), known_path(fields.get("next", ""))
    try:
        token, caller = await _sign_in(request, username, fields.get("password", ""))
    except NexusError as error:
        response = back_to("/masuk", error, **({"next": next_path} if next_path else {}))
        response.set_cookie(TYPED, quote(username[:64]), max_age=60, path="/masuk", httponly=True, samesite="strict")
        return response
    response = RedirectResponse(next_path or START[caller.role], 303)
    _remember(response, token, caller)
    response.delete_cookie(TYPED, path="/masuk", httponly=True, samesite="strict")
    return response


async def logout(request: Request) -> Response:
    """End the session and take the cookie back; the session's open pages are sent away by the guard."""
    caller = await current_site().signed_in.resolve(session_token(request.cookies))
    if caller:
        await current_site().call(current_site().services.sessions.logout, caller)
    response = RedirectResponse("/masuk", 303)
    drop_session(response)
    return response


async def choose_language(request: Request) -> Response:
    """Remember the language in the browser and, when signed in, in the account."""
    language = known_language((await read_form(request)).get("language"))
    if language is None:
        return Response(status_code=400)
    token = session_token(request.cookies)
    caller = await current_site().signed_in.resolve(token)
    if caller:
        await current_site().call(current_site().services.accounts.set_language, caller, language)
        current_site().signed_in.forget(token)
    response = Response(status_code=204)
    keep_language(response, language)
    return response


async def password_page(caller: Caller, request: Request) -> None:
    """Choose a password of one's own; the only page for one whose password was given by somebody else."""
    with frame(_("Change password"), caller), card().classes("nx-narrow"):
        heading(_("Change password"), 1)
        if caller.must_change_password:
            paragraph(_("Your password was given to you. Choose one that only you know, then go on."))
        failure_banner(request.query_params, {MISMATCH: _("The two new passwords differ. Type the same one twice.")})
        with form("/sandi"):
            field(_("Current password"), "old", "password", complete="current-password")
            hint = _("At least 8 characters. A short sentence is easy to remember.")
            field(_("New password"), "new", "password", complete="new-password", hint=hint)
            field(_("New password again"), "again", "password", complete="new-password")
            submit(_("Save password"))


async def change_password(request: Request) -> Response:
    """Change the own password; all sessions of the account end, this browser gets a new one."""
    caller = await current_site().signed_in.resolve(session_token(request.cookies))
    if caller is None:
        return RedirectResponse("/masuk?next=/sandi", 303)
    fields = await read_form(request)
    new = fields.get("new", "")
    if new != fields.get("again"):
        return RedirectResponse(f"/sandi?gagal={MISMATCH}", 303)
    accounts = current_site().services.accounts
    try:
        with current_site().signed_in.moving(session_token(request.cookies)):
            await current_site().call_hashing(accounts.change_own_password, caller, fields.get("old", ""), new)
            token, caller = await _sign_in(request, caller.username, new)
    except NexusError as error:
        return back_to("/sandi", error)
    response = RedirectResponse(START[caller.role], 303)
    _remember(response, token, caller)
    return response


def known_path(path: str) -> str:
    """`path` if it is one of our own pages, else empty: nobody is sent elsewhere after signing in."""
    return path if path in current_site().page_roles else ""


async def _sign_in(request: Request, username: str, password: str) -> tuple[str, Caller]:
    """A new session; the one this browser had before ends. Hashing has threads of its own, away from the pages'."""
    if not username or not password:
        raise Invalid(Failure.WRONG_PASSWORD)
    address = request.client.host if request.client else ""
    before = await current_site().signed_in.resolve(session_token(request.cookies))
    sessions = current_site().services.sessions
    token, caller = await current_site().call_hashing(sessions.login, username, password, address)
    if before:
        await current_site().call(sessions.logout, before)
    return token, caller


def _remember(response: Response, token: str, caller: Caller) -> None:
    keep_session(response, token, current_site().services.config.session_hours)
    language = known_language(caller.language)
    if language:
        keep_language(response, language)
