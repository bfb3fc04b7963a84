"""Pages with a door: `@guarded_page("/guru", Role.TEACHER)` builds nothing for one who may not use it."""

import functools
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec

from nicegui import Client, context, ui
from nicegui.language import Language as QuasarLanguage
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nexus_appliance.errors import Invalid, Missing, NexusError, NotAllowed, Unavailable
from nexus_appliance.school.callers import Caller, Role
from ui.components.failure_panel import failure_panel
from ui.cookies import session_token
from ui.i18n import current_language
from ui.site import current_site

P = ParamSpec("P")
Builder = Callable[Concatenate[Caller, P], Awaitable[None]]

START: dict[Role, str] = {
    Role.STUDENT: "/",
    Role.TEACHER: "/guru",
    Role.ADMIN: "/admin",
    Role.TECHNICIAN: "/teknisi",
}
"""Where each role lands after signing in."""

STATUS: dict[type[NexusError], int] = {NotAllowed: 403, Missing: 404, Invalid: 400, Unavailable: 503}

BUILD_TIME = 20.0
"""Seconds a page may take to build before NiceGUI shows an error; a busy machine is slow."""

log = logging.getLogger(__name__)


class Page(ui.page):
    """A NiceGUI page in the visitor's language."""

    def resolve_language(self) -> QuasarLanguage:
        """The language of Quasar's own texts and of the html element."""
        return "en-US" if current_language() == "en" else "id"


def open_page(path: str) -> Page:
    """A page that everybody may open; for the few that come before signing in."""
    return Page(path, response_timeout=BUILD_TIME)


def guarded_page(path: str, *roles: Role) -> Callable[[Builder[P]], Builder[P]]:
    """Register an async page builder for the given roles; its first argument is the `Caller`.

    A visitor who is not signed in is sent to /masuk, one of another role to the own start page, and one who must
    change the password to /sandi; expected failures while building become a page with their sentence.
    """
    current_site().page_roles[path] = frozenset(roles)

    def decorate(build: Builder[P]) -> Builder[P]:
        wants_request = "request" in inspect.signature(build).parameters

        async def guarded(request: Request, **values: object) -> Response | None:
            caller = await current_site().signed_in.resolve(session_token(request.cookies))
            elsewhere = _elsewhere(path, caller, frozenset(roles))
            if caller is None or elsewhere:
                context.client.delete()
                return RedirectResponse(elsewhere, 303)
            if wants_request:
                values["request"] = request
            await _build(functools.partial(build, caller, **values))  # type: ignore[arg-type]
            return None

        _adopt_signature(guarded, build)
        open_page(path)(guarded)
        return build

    return decorate


def _elsewhere(path: str, caller: Caller | None, roles: frozenset[Role]) -> str:
    """Where a visitor must go instead of `path`; empty when the page may be built."""
    if caller is None:
        return "/masuk" if path == "/" else f"/masuk?next={path}"
    if caller.must_change_password and path != "/sandi":
        return "/sandi"
    return "" if caller.role in roles else START[caller.role]


async def _build(build: Callable[[], Awaitable[None]]) -> None:
    client: Client = context.client
    try:
        await build()
    except NexusError as error:
        log.info("page %s failed: %s", client.page.path, error)
        client.status_code = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
        client.content.clear()
        with client.content:
            failure_panel(error)


def _adopt_signature(guarded: Callable[..., object], build: Callable[..., object]) -> None:
    """Show FastAPI the builder's path and query parameters, with the request in the place of the caller."""
    parameters = list(inspect.signature(build).parameters.values())[1:]
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
    others = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters if one.name != "request"]
    guarded.__signature__ = inspect.Signature([request, *others])  # type: ignore[attr-defined]
    guarded.__module__, guarded.__qualname__ = build.__module__, build.__qualname__
