"""The outer wall, before any route: headers for the browser, same-origin writes, bodies that are small and in time."""

import asyncio
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALL_BODY = 64 * 1024
"""Bytes of an ordinary request: a form or a socket message."""

BODY_TIME = 20.0
"""Seconds an ordinary body may take to arrive; phones on a weak Wi-Fi need a few."""

CHUNK_TIME = 30.0
"""Seconds between two pieces of an upload."""

UPLOAD_TIME = 3600.0
"""Seconds an upload may take in all: 200 MB at 60 kB/s."""

CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action {form}"
)
"""NiceGUI needs inline scripts and eval; nothing may be loaded from or sent to another host."""

SAFE_METHODS = ("GET", "HEAD")

Limit = Callable[[Scope], int]
"""How many bytes the body of a request may have; decided before any of it is read."""


class BodyTooLarge(Exception):
    """More bytes arrived than the request may have."""


class Wall:
    """ASGI middleware. `form_pages` may send forms; `upload_limits` gives the bytes of the paths that take files."""

    def __init__(self, app: ASGIApp, form_pages: frozenset[str], upload_limits: Mapping[str, int]) -> None:
        self._app = app
        self._form_pages = form_pages
        self._upload_limits = upload_limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what must not come in, bound the rest, and put the headers on the way out."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"x-forwarded-prefix"]
        headers = Headers(scope=scope)
        if not _same_origin(scope, headers):
            await _turn_away(scope, receive, send, 403)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._http(scope, headers, receive, send)

    async def _http(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        path = scope["path"]
        limit = self._upload_limits.get(path, SMALL_BODY) if scope["method"] not in SAFE_METHODS else 0
        if path.startswith("/_nicegui/") and limit:  # NOTE: NiceGUI's own uploads are not used, their routes stay shut
            await _turn_away(scope, receive, send, 403)
            return
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            await _turn_away(scope, receive, send, 413)
            return
        body = _Body(receive, limit, CHUNK_TIME, UPLOAD_TIME if path in self._upload_limits else BODY_TIME)
        answer = _Answer(send, CSP.format(form="'self'" if path in self._form_pages else "'none'"))
        try:
            await self._app(scope, body, answer)
        except (BodyTooLarge, TimeoutError) as error:
            if answer.started or not body.failed:
                raise
            await _turn_away(scope, receive, send, 413 if isinstance(error, BodyTooLarge) else 408)


class _Body:
    """`receive` that counts bytes and watches the clock."""

    def __init__(self, receive: Receive, limit: int, chunk_time: float, total_time: float) -> None:
        self._receive = receive
        self._left = limit
        self._chunk_time = chunk_time
        self._deadline = asyncio.get_running_loop().time() + total_time
        self._complete = False
        self.failed = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()  # the wait for the visitor to leave has no limit
        self.failed = True
        wait = min(self._chunk_time, self._deadline - asyncio.get_running_loop().time())
        message = await asyncio.wait_for(self._receive(), max(wait, 0.001))
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise BodyTooLarge
        self.failed = False
        self._complete = not message.get("more_body", False)
        return message


class _Answer:
    """`send` that adds the headers."""

    def __init__(self, send: Send, csp: str) -> None:
        self._send = send
        self._csp = csp
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = self._csp
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "same-origin"
            headers["X-Frame-Options"] = "DENY"
        await self._send(message)


def _same_origin(scope: Scope, headers: Headers) -> bool:
    """Whether the request comes from our own pages, or is one that any page may send.

    Sockets and requests that change something carry an Origin in every browser; without one it is no browser, and
    then no cookie rides along by itself.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    guarded = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS or "/_nicegui_ws/" in scope["path"]
    return not guarded or urlsplit(origin).netloc == headers.get("host")


async def _turn_away(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse(str(status), status, {"Connection": "close"})(scope, receive, send)
