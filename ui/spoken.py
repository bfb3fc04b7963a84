"""ASGI middleware: whatever runs for a request or a socket speaks the language of its cookie."""

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.i18n import set_request_language


class Spoken:
    """Sets the language before any route runs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the cookies of the request."""
        header = next((value for name, value in scope.get("headers", ()) if name == b"cookie"), b"")
        set_request_language(cookie_parser(header.decode("latin-1")))
        await self._app(scope, receive, send)
