"""The socket guard: NiceGUI looks pages up by an id inside the message; we also ask whose socket it is.

A socket may speak only for the page it was opened for, with the session cookie that page was built for, and only so
often. Every name used here is private to NiceGUI: the version is pinned, and tests/ui/test_attack.py fails when an
upgrade disarms the guard.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import compare_digest
from typing import Any
from urllib.parse import parse_qs

import nicegui
from nicegui import Client, core, json
from nicegui.nicegui import (
    _on_ack,
    _on_connect,
    _on_disconnect,
    _on_event,
    _on_handshake,
    _on_javascript_response,
    _on_log,
)
from socketio.exceptions import ConnectionRefusedError as Refused  # type: ignore[import-untyped]
from starlette.requests import cookie_parser

from ui.cookies import session_token
from ui.site import Site, client_token

NICEGUI_VERSION = "3.18.0"
"""The only version whose handlers we know."""

RATE = 50.0
"""Messages per second of one socket that are let through; a fast typist makes ten."""

BURST = 100.0
"""Messages that one socket may send at once, for instance when a page with many fields is filled."""

PATIENCE = 300
"""Messages dropped or refused before a socket is disconnected."""

SOCKETS_PER_PAGE = 4
"""A browser opens one; a reconnect may overlap with a dying one."""

LOG_LENGTH = 300
"""Characters of a browser's log message that are kept."""

log = logging.getLogger(__name__)
Message = dict[str, Any]


@dataclass(slots=True)
class Allowance:
    """A token bucket: `RATE` a second, `BURST` at most."""

    tokens: float = BURST
    filled: float = field(default_factory=time.monotonic)
    dropped: int = 0

    def take(self) -> bool:
        """Use one token; False and counted when there is none."""
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.filled) * RATE)
        self.filled = now
        if self.tokens < 1:
            self.dropped += 1
            return False
        self.tokens -= 1
        return True


class SocketGuard:
    """Stands before each of NiceGUI's socket handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._allowances: dict[str, Allowance] = {}

    async def connect(self, sid: str, environ: Mapping[str, Any], _auth: object = None) -> None:
        """Admit a socket only for an existing page and with that page's session."""
        query = {key: values[0] for key, values in parse_qs(str(environ.get("QUERY_STRING", ""))).items()}
        if not await self._admits(query.get("client_id"), environ):
            raise Refused("Implicit handshake failed")  # NOTE: NiceGUI's script reloads the page on these words
        self._allowances[sid] = Allowance()
        await _on_connect(sid, dict(environ), None)

    async def handshake(self, sid: str, message: object = None, *_more: object) -> bool:
        """The explicit handshake of prefetched pages; the same conditions as `connect`."""
        names = ("client_id", "tab_id", "document_id")
        if not isinstance(message, dict) or not all(isinstance(message.get(name), str) for name in names):
            return await self._refuse(sid)
        if not await self._admits(message["client_id"], core.sio.get_environ(sid)):
            return await self._refuse(sid)
        return bool(await _on_handshake(sid, message))

    def disconnect(self, sid: str, *_reason: object) -> None:
        """Forget the socket."""
        self._allowances.pop(sid, None)
        _on_disconnect(sid)

    async def event(self, sid: str, message: object = None, *_more: object) -> None:
        """Pass an event on if the socket, its session and its page allow it."""
        client = await self._owned(sid, message)
        if client is None or not isinstance(message, dict):
            return
        if _well_formed(client, message) and await self._may_use(client):
            _on_event(sid, message)

    async def javascript_response(self, sid: str, message: object = None, *_more: object) -> None:
        """Pass the result of a script on."""
        if await self._owned(sid, message) and isinstance(message, dict) and isinstance(message.get("request_id"), str):
            _on_javascript_response(sid, message)

    async def ack(self, sid: str, message: object = None, *_more: object) -> None:
        """Pass an acknowledgement on."""
        if not await self._owned(sid, message) or not isinstance(message, dict):
            return
        if isinstance(message.get("next_message_id"), int):
            _on_ack(sid, message)

    async def log(self, sid: str, message: object = None, *_more: object) -> None:
        """Keep the beginning of a browser's message, on one line."""
        client = await self._owned(sid, message)
        if client and isinstance(message, dict):
            text = " ".join(str(message.get("message", ""))[:LOG_LENGTH].split())
            log.info("browser on %s: %s", client.page.path, text)

    async def _admits(self, client_id: object, environ: Mapping[str, Any] | None) -> bool:
        client = Client.instances.get(client_id) if isinstance(client_id, str) else None
        if client is None or environ is None or len(client._socket_to_document_id) >= SOCKETS_PER_PAGE:
            return False
        token = client_token(client)
        if not compare_digest(token.encode(), _socket_token(environ).encode()):
            return False
        return not token or await self._may_use(client)

    async def _may_use(self, client: Client) -> bool:
        """Whether the session of the page still holds, with a role the page is for."""
        roles = self._site.page_roles.get(client.page.path)
        token = client_token(client)
        caller = await self._site.signed_in.resolve(token) if token else None
        return roles is None or (caller is not None and caller.role in roles)

    async def _owned(self, sid: str, message: object) -> Client | None:
        """The page the message is for, if it is the socket's own and the socket has not sent too much."""
        allowance = self._allowances.get(sid)
        if allowance is None or not allowance.take():
            await self._disconnect_impatient(sid, allowance)
            return None
        client_id = message.get("client_id") if isinstance(message, dict) else None
        client = Client.instances.get(client_id) if isinstance(client_id, str) else None
        if client is None or sid not in client._socket_to_document_id:
            await self._refuse(sid)
            return None
        return client

    async def _refuse(self, sid: str) -> bool:
        allowance = self._allowances.get(sid)
        if allowance is not None:
            allowance.dropped += 10
        await self._disconnect_impatient(sid, allowance)
        return False

    async def _disconnect_impatient(self, sid: str, allowance: Allowance | None) -> None:
        if allowance is None or allowance.dropped >= PATIENCE:
            log.warning("socket %s sends too much or for others: disconnected", sid)
            await core.sio.disconnect(sid)


def arm(site: Site) -> Callable[[], None]:
    """Put the guard before NiceGUI's handlers; the result takes it away again (for the test that needs the hole)."""
    handlers = core.sio.handlers["/"]
    guard = SocketGuard(site)
    guarded = {name: getattr(guard, name) for name in ORIGINALS}
    if nicegui.__version__ != NICEGUI_VERSION or set(handlers) != set(guarded):
        raise RuntimeError(f"the socket guard was made for NiceGUI {NICEGUI_VERSION}: see ui/guard.py")
    handlers.update(guarded)
    return lambda: handlers.update(ORIGINALS)


ORIGINALS: dict[str, Callable[..., Any]] = {
    "connect": _on_connect,
    "handshake": _on_handshake,
    "disconnect": _on_disconnect,
    "event": _on_event,
    "javascript_response": _on_javascript_response,
    "ack": _on_ack,
    "log": _on_log,
}
"""NiceGUI's own handlers by the name of their message."""


def _socket_token(environ: Mapping[str, Any]) -> str:
    """The session token in the cookies of the socket's opening request."""
    return session_token(cookie_parser(str(environ.get("HTTP_COOKIE", ""))))


def _well_formed(client: Client, message: Message) -> bool:
    """Whether an event names an element and listener of the page and carries readable arguments."""
    element = client.elements.get(message["id"]) if isinstance(message.get("id"), int) else None
    listener = message.get("listener_id")
    if element is None or not isinstance(listener, str) or listener not in element._event_listeners:
        return False
    arguments = message.get("args", [])
    return isinstance(arguments, list) and all(argument is None or _is_json(argument) for argument in arguments)


def _is_json(text: object) -> bool:
    try:
        json.loads(text)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return False
    return True
