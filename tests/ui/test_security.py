"""The wall: headers, origins, slow bodies."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from tests.ui.attack import Browser
from tests.ui.school import School
from tests.ui.server import listening
from tests.ui.site import Visitor
from ui import security
from ui.security import Wall


async def test_the_browser_is_told_what_it_may_do(visitor: Visitor, school: School) -> None:
    visitor.sign_in(school.token("siti"))
    page = (await visitor.http_client.get("/uji")).headers
    assert "form-action 'none'" in page["content-security-policy"]
    assert "frame-ancestors 'none'" in page["content-security-policy"]
    assert page["x-content-type-options"] == "nosniff"
    assert page["referrer-policy"] == "same-origin"
    assert "form-action 'self'" in (await visitor.http_client.get("/sandi")).headers["content-security-policy"]
    assert "http:" not in page["content-security-policy"]


async def test_an_unknown_address_gets_a_small_page_in_words(visitor: Visitor) -> None:
    response = await visitor.http_client.get("/tidak-ada")
    assert response.status_code == 404
    assert "Halaman ini tidak ada" in response.text
    assert "<script" not in response.text
    visitor.http_client.cookies.set("nexus_bahasa", "en")
    assert "This page does not exist" in (await visitor.http_client.get("/tidak-ada")).text
    assert (await visitor.http_client.get("/_nicegui/nothing")).text == ""


async def test_a_forwarded_prefix_is_not_believed(visitor: Visitor) -> None:
    page = await visitor.http_client.get("/masuk", headers={"X-Forwarded-Prefix": "//evil.example"})
    assert "evil.example" not in page.text


async def test_a_socket_from_another_site_is_refused(school: School) -> None:
    async with listening(school) as url:
        owner = Browser(url, school.token("siti"))
        client = await owner.open("/uji")
        async with Browser(url, owner.token, "http://evil.example").socket(client.id) as socket:
            assert socket is None
        path = f"/_nicegui_ws/socket.io/?EIO=4&transport=polling&client_id={client.id}"
        assert (await Browser(url, owner.token, "http://evil.example").request("GET", path))[0] == 403


async def test_a_slow_body_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "BODY_TIME", 0.05)

    async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        await PlainTextResponse("done")(scope, receive, send)

    async def never() -> Message:
        await asyncio.sleep(30)
        raise AssertionError

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "POST", "path": "/masuk", "headers": [(b"content-length", b"10")]}
    await Wall(reads_all, frozenset(), {})(scope, never, send)
    assert sent[0]["status"] == 408
