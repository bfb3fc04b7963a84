"""Raw sockets and requests against the running web page, as people who should not."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import socketio  # type: ignore[import-untyped]
from nicegui import Client
from nicegui.element import Element
from nicegui.event_listener import EventListener

from ui.cookies import SESSION


@dataclass(frozen=True)
class Browser:
    """Somebody with or without a session, on a page of ours or of another site."""

    url: str
    token: str = ""
    origin: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What the browser sends by itself."""
        cookie = {"Cookie": f"{SESSION}={self.token}"} if self.token else {}
        return {**cookie, "Origin": self.origin or self.url}

    async def request(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
        """Status, and where it leads or what it says."""
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.url + path, data=body, headers=self.headers, allow_redirects=False) as answer,
        ):
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def open(self, path: str) -> Client:
        """Open a page and find it in the server."""
        status, text = await self.request("GET", path)
        assert status == 200, (path, status, text[:200])
        found = re.search(r"'client_id': '([0-9a-f-]+)'", text)
        assert found is not None
        return Client.instances[found.group(1)]

    @asynccontextmanager
    async def socket(self, client_id: str, *, implicit: bool = True) -> AsyncIterator[socketio.AsyncClient | None]:
        """A socket that says it is the page `client_id`; None when the server refuses it."""
        query = f"client_id={client_id}&tab_id={uuid4()}&document_id={uuid4()}&next_message_id=0"
        query += f"&implicit_handshake={'true' if implicit else 'false'}"
        socket = socketio.AsyncClient(reconnection=False)
        try:
            await socket.connect(
                f"{self.url}?{query}", self.headers, transports=["websocket"], socketio_path="_nicegui_ws/socket.io"
            )
        except socketio.exceptions.ConnectionError:
            await _closed(socket)
            yield None
            return
        try:
            yield socket
        finally:
            await _closed(socket)


async def _closed(socket: socketio.AsyncClient) -> None:
    with suppress(aiohttp.ClientError):
        await socket.disconnect()
    if socket.eio.http and not socket.eio.http.closed:
        await socket.eio.http.close()


def listeners(client: Client) -> list[tuple[Element, EventListener]]:
    """Every listener of a page that runs Python."""
    return [
        (element, listener)
        for element in client.elements.values()
        for listener in element._event_listeners.values()
        if listener.handler is not None
    ]


def name_of(element: Element, listener: EventListener) -> str:
    """What the table calls a listener: marker, icon, label or text of its element, else its tag; then the event."""
    props = element._props
    marker = element._markers[0] if element._markers else ""
    name = marker or props.get("icon") or props.get("label") or getattr(element, "text", "") or element.tag
    return f"{'page' if element is element.client.layout else name} {listener.type}"


def message(client: Client, element: Element, listener: EventListener, *arguments: Any) -> dict[str, Any]:
    """The event as NiceGUI's script sends it."""
    return {
        "id": element.id,
        "client_id": client.id,
        "listener_id": listener.id,
        "args": [json.dumps(argument) for argument in arguments],
    }


class Record:
    """Replaces the handlers of a page and keeps the names of those that ran."""

    def __init__(self, client: Client) -> None:
        self.ran: list[str] = []
        for element, listener in listeners(client):
            listener.handler = self._handler(name_of(element, listener))

    def _handler(self, name: str) -> Any:
        return lambda: self.ran.append(name)
