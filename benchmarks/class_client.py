"""One student's browser without a screen: page, cookie, websocket, and what is shown, as NiceGUI's script keeps it."""

import asyncio
import html
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import socketio  # type: ignore[import-untyped]

_CLIENT = re.compile(r"'client_id': '([0-9a-f-]+)'")
_ELEMENTS = re.compile(r"parseElements\(String\.raw`(.*?)`\)", re.DOTALL)
_PICTURES = re.compile(r'data-picture="([^"]+)"')
ENDED = re.compile(r"is-(answered|refused|passages|extract|stopped|failed)")

HISTORY_READ = 2.0
"""Seconds for which a student looks at the own questions."""


@dataclass(slots=True)
class Asked:
    """One question: seconds from sending until citations, the book's sentences, the first word and the whole answer."""

    question: str
    common: bool
    began: float = field(default_factory=time.monotonic)
    citations: float | None = None
    extract: float | None = None
    first: float | None = None
    whole: float | None = None
    outcome: str = ""
    known: bool = False
    grew: bool = False

    @property
    def useful(self) -> float | None:
        """When there was something to read that answers: the whole answer, or the book's own sentences."""
        return min((one for one in (self.extract, self.whole) if one is not None), default=None)


class Visitor:
    """A signed-in student on the page where one asks."""

    def __init__(self, url: str, subject: str) -> None:
        self._url = url
        self._subject = subject
        self._http = aiohttp.ClientSession(
            headers={"Origin": url}, cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(120)
        )
        self._socket = socketio.AsyncClient(reconnection=False)
        self._elements: dict[str, dict[str, Any]] = {}
        self._parents: dict[str, str] = {}
        self._turns: dict[str, Asked] = {}
        self._client_id = ""
        self.asked: Asked | None = None
        self.pictures: list[str] = []
        self.grown: list[float] = []

    async def sign_in(self, username: str, password: str) -> None:
        """Sign in, open the page, connect."""
        fields = {"username": username, "password": password, "next": ""}
        async with self._http.post(f"{self._url}/masuk", data=fields, allow_redirects=False) as answer:
            assert answer.status == 303, (answer.status, await answer.text())
            assert "/masuk" not in answer.headers["Location"], answer.headers["Location"]
        self._http.cookie_jar.update_cookies({"nexus_mapel": self._subject})
        text = await self.load("/")
        found, raw = _CLIENT.search(text), _ELEMENTS.search(text)
        assert found, text[:300]
        assert raw, "no elements"
        self._client_id = found[1]
        self._elements = json.loads(html.unescape(raw[1]))
        self._socket.on("update", self._update)
        query = f"client_id={self._client_id}&tab_id={uuid4()}&document_id={uuid4()}&next_message_id=0"
        cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in self._http.cookie_jar)
        await self._socket.connect(
            f"{self._url}?{query}&implicit_handshake=true",
            {"Cookie": cookies, "Origin": self._url},
            transports=["websocket"],
            socketio_path="_nicegui_ws/socket.io",
        )

    async def load(self, path: str) -> str:
        """A page or a picture; raises when the server does not give it."""
        async with self._http.get(self._url + path) as answer:
            body = await answer.read()
            assert answer.status == 200, (path, answer.status)
            return body.decode("utf-8", "replace")

    async def ask(self, question: str, *, common: bool) -> Asked:
        """Type a question and send it; what comes is noted in the returned object."""
        box = self._find("nx-composer-box")
        await self._emit(box, "update:", question)
        self.asked = Asked(question, common)
        await self._emit(box, "keydown")
        return self.asked

    async def open_history(self) -> None:
        """Open the sheet with the own questions, and close it."""
        await self._emit(self._find("nx-past-button"), "click", {})
        await asyncio.sleep(HISTORY_READ)
        sheet = next(
            key for key, element in self._elements.items() if element.get("props", {}).get("position") == "right"
        )
        await self._emit(sheet, "update:", False)

    async def close(self) -> None:
        """Leave."""
        await self._socket.disconnect()
        await self._http.close()

    def _find(self, name: str) -> str:
        return next(key for key, element in self._elements.items() if name in _classes(element))

    async def _emit(self, element: str, event: str, *arguments: object) -> None:
        listener = next(one for one in self._elements[element]["events"] if one["type"].startswith(event))
        message = {
            "id": int(element),
            "client_id": self._client_id,
            "listener_id": listener["listener_id"],
            "args": [json.dumps(argument) for argument in arguments],
        }
        await self._socket.emit("event", message)

    async def _update(self, message: dict[str, Any]) -> None:
        number = message.pop("_id", None)
        for key, element in message.items():
            if element is None:
                self._elements.pop(key, None)
            else:
                self._elements[key] = element
                self._parents.update(dict.fromkeys(map(str, element.get("children", ())), key))
        for key, element in message.items():
            if element is not None:
                self._note(key, element)
        if number is not None and number % 20 == 0:
            await self._socket.emit("ack", {"client_id": self._client_id, "next_message_id": number + 1})

    def _asked_in(self, key: str) -> Asked | None:
        """The question in whose turn an element stands; a turn that is new belongs to the question asked last."""
        while key in self._parents and "nx-turn-body" not in _classes(self._elements.get(key, {})):
            key = self._parents[key]
        if self.asked is None or "nx-turn-body" not in _classes(self._elements.get(key, {})):
            return None
        return self._turns.setdefault(key, self.asked)

    def _note(self, key: str, element: dict[str, Any]) -> None:
        names = _classes(element)
        if "nx-citations" in names:
            self.pictures = [*_PICTURES.findall(element["props"]["innerHTML"]), *self.pictures][:20]
        asked = self._asked_in(key)
        if asked is None or asked.whole is not None:
            return
        if "nx-growing" in names and element.get("text"):
            self.grown.append(time.monotonic())
        now = time.monotonic() - asked.began
        if "nx-citations" in names:
            asked.citations = asked.citations or now
        if "nx-short" in names and "hidden" not in names:
            asked.extract = asked.extract or now
        if "nx-growing" in names and element.get("text"):
            asked.first = asked.first or now
            asked.grew = True
        if "nx-earlier" in names and element.get("text"):
            asked.known = True
        if "nx-turn-body" in names and (ended := ENDED.search(names)):
            asked.whole, asked.outcome = now, ended[1]
            asked.first = asked.first or now


def _classes(element: dict[str, Any]) -> str:
    found = element.get("class") or []
    return found if isinstance(found, str) else " ".join(found)


async def open_all(url: str, subject: str, people: list[dict[str, str]]) -> list[Visitor]:
    """Everybody signs in, a few at a time."""
    gate = asyncio.Semaphore(4)

    async def enter(person: dict[str, str]) -> Visitor:
        visitor = Visitor(url, subject)
        async with gate:
            await visitor.sign_in(person["username"], person["password"])
        return visitor

    return list(await asyncio.gather(*(enter(person) for person in people)))
