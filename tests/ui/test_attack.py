"""Every page, route and listener of the running web page, fired by everybody who must not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import cast

import nicegui
import pytest
from nicegui import Client, core
from nicegui.javascript_request import JavaScriptRequest
from starlette.routing import Mount

from nexus_appliance.school.callers import OPERATOR, Role
from tests.ui.access import EVERYBODY, EXAMPLES, LISTENERS, MOUNTS, PAGES, ROUTES
from tests.ui.attack import Browser, Record, listeners, message, name_of
from tests.ui.school import PEOPLE, Furnished, School, furnished_school
from tests.ui.server import listening
from ui.guard import NICEGUI_VERSION, ORIGINALS, arm
from ui.pages import START
from ui.site import current_site

People = dict[str, Browser]


@pytest.fixture
async def school(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[School]:
    """A school with all services, so that every page can be built."""
    school = furnished_school(tmp_path / "home", sqlite_template)
    yield school
    await cast(Furnished, school).close()


@pytest.fixture
async def url(school: School) -> AsyncIterator[str]:
    """The address of the running web page."""
    async with listening(school) as address:
        yield address


@pytest.fixture
def people(school: School, url: str) -> People:
    """A browser of each role, and one without a session."""
    signed_in: People = {role: Browser(url, school.token(name)) for name, role in PEOPLE.items()}
    return {"anonymous": Browser(url), **signed_in}


def rightful(path: str) -> str:
    """Somebody who may open a page."""
    return sorted(PAGES[path] - {"anonymous"} or PAGES[path])[0]


def test_the_guard_knows_this_nicegui() -> None:
    assert nicegui.__version__ == NICEGUI_VERSION


async def test_every_page_opens_for_its_roles_alone(people: People) -> None:
    assert set(Client.page_routes.values()) == set(PAGES), "a page is missing in tests/ui/access.py, or gone"
    for path, roles in PAGES.items():
        for who, browser in people.items():
            before = set(Client.instances)
            status, target = await browser.request("GET", EXAMPLES.get(path, path))
            if who not in roles:
                assert status == 303, (path, who)
                assert target.startswith("/masuk") if who == "anonymous" else target == START[Role(who)]
                assert set(Client.instances) == before, f"{path} was built for {who}"
            elif roles != EVERYBODY:
                assert status == 200, (path, who)


async def test_every_route_is_in_the_table_and_refuses_the_others(people: People) -> None:
    found = set(all_routes())
    assert found == set(ROUTES), "a route is missing in tests/ui/access.py, or gone"
    assert {route.path.replace(nicegui.__version__, "{version}") for route in mounts()} == MOUNTS
    for (method, path), roles in ROUTES.items():
        for who, browser in people.items():
            if who in roles or roles == EVERYBODY:
                continue
            status, target = await browser.request(method, path, b"%PDF-1.4" if method == "POST" else b"")
            assert status == 403 or (status == 303 and target.startswith("/masuk")), (method, path, who, status)


async def test_every_listener_runs_for_its_own_page_alone(people: People, url: str) -> None:
    for path in PAGES:
        owner = people[rightful(path)]
        if path in ("/mulai", "/masuk"):
            owner = people["anonymous"]
        if (await owner.request("GET", EXAMPLES.get(path, path)))[0] == 303:
            continue  # a page that leads on, such as /mulai of a school that has people
        client = await owner.open(EXAMPLES.get(path, path))
        async with owner.socket(client.id) as own:
            assert own is not None, path
            await asyncio.sleep(0.2)
            record = Record(client)
            for who, thief in people.items():
                if owner.token:
                    await attack(thief if thief is not owner else Browser(url), client, people)
                assert record.ran == [], (path, who, record.ran)
            if owner.token:
                await attack(Browser(url, owner.token, origin="http://evil.example"), client, people)
                assert record.ran == []
            targets = list(listeners(client))
            for element, listener in targets:
                await own.emit("event", message(client, element, listener, None))
            for _moment in range(50):
                await asyncio.sleep(0.1)
                heard = {name_of(element, one) for element, one in targets if not element.is_ignoring_events}
                if set(record.ran) == heard:
                    break
            assert set(record.ran) == heard, f"{path}: the rightful reader's events did not arrive"


async def test_every_listener_is_in_the_table(people: People) -> None:
    for path, roles in PAGES.items():
        for who, browser in people.items():
            if who not in roles or (await browser.request("GET", EXAMPLES.get(path, path)))[0] == 303:
                continue  # /masuk and /mulai lead on
            client = await browser.open(EXAMPLES.get(path, path))
            names = {name_of(element, listener) for element, listener in listeners(client)}
            assert names <= LISTENERS[path], f"{path}: {names - LISTENERS[path]} missing in tests/ui/access.py"


async def attack(thief: Browser, client: Client, people: People) -> None:
    """Fire all listeners of a page whose ids were stolen, in every way a socket can be opened."""
    targets = [message(client, element, listener, None) for element, listener in listeners(client)]
    async with thief.socket(client.id) as socket:
        assert socket is None, "a socket without the page's own session was let in"
    async with thief.socket(client.id, implicit=False) as socket:
        assert socket is None
    if not thief.token or thief.origin:
        return
    own_page = await thief.open("/uji")
    async with thief.socket(own_page.id) as socket:
        assert socket is not None
        handshake = {"client_id": client.id, "tab_id": client._pinned_tab_id, "document_id": "x"}
        await socket.emit("handshake", handshake)
        for target in targets:
            await socket.emit("event", target)
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("ending", ["logout", "disable", "demote", "password"])
async def test_after_the_session_has_ended_nothing_runs(ending: str, school: School, people: People, url: str) -> None:
    browser = people[Role.TEACHER]
    client = await browser.open("/uji/guru")
    caller = school.sessions.resolve(browser.token)
    assert caller is not None
    ways: dict[str, Callable[[], object]] = {
        "logout": lambda: school.sessions.logout(caller),
        "disable": lambda: school.accounts.disable(OPERATOR, "pak.budi"),
        "demote": lambda: school.accounts.set_role(OPERATOR, "pak.budi", Role.STUDENT),
        "password": lambda: school.accounts.set_password(OPERATOR, "pak.budi"),
    }
    async with browser.socket(client.id) as socket:
        assert socket is not None
        left: list[dict[str, object]] = []
        socket.on("open", left.append)
        record = Record(client)
        targets = [message(client, element, listener, None) for element, listener in listeners(client)]
        await asyncio.to_thread(ways[ending])
        for target in targets:
            if socket.connected:
                await socket.emit("event", target)
        await asyncio.sleep(1.0)
        assert record.ran == []
        assert left, "the open page was not sent away"
        assert str(left[0]["path"]).startswith("/masuk")
        assert not socket.connected
    assert client.id not in Client.instances
    assert await browser.request("GET", "/uji/guru") == (303, "/masuk?next=/uji/guru")


async def test_a_stranger_cannot_answer_for_a_script(people: People) -> None:
    victim = await people[Role.ADMIN].open("/uji")
    other = await people[Role.STUDENT].open("/uji")
    async with people[Role.STUDENT].socket(other.id) as socket:
        assert socket is not None
        request = JavaScriptRequest("known-id", timeout=0.5)
        answer = asyncio.ensure_future(_result(request))
        await socket.emit("javascript_response", {"client_id": victim.id, "request_id": "known-id", "result": 1})
        with pytest.raises(TimeoutError):
            await answer


async def _result(request: JavaScriptRequest) -> object:
    return await request


async def test_too_many_events_are_dropped_and_then_the_socket(people: People) -> None:
    browser = people[Role.TEACHER]
    client = await browser.open("/uji/guru")
    async with browser.socket(client.id) as socket:
        assert socket is not None
        record = Record(client)
        element, listener = next(pair for pair in listeners(client) if name_of(*pair) == "Kerjakan click")
        for _number in range(700):
            if socket.connected:
                await socket.emit("event", message(client, element, listener, None))
        await asyncio.sleep(0.5)
        assert 100 <= len(record.ran) < 300
        assert not socket.connected


async def test_hostile_messages_do_no_harm(people: People, caplog: pytest.LogCaptureFixture) -> None:
    browser = people[Role.STUDENT]
    client = await browser.open("/uji")
    element, listener = listeners(client)[0]
    good = message(client, element, listener)
    hostile: list[object] = [None, [], "x", {}, {"client_id": []}]
    hostile += [{**good, "id": "x"}, {**good, "id": 10**9}, {**good, "args": 3}]
    hostile += [
        {**good, "listener_id": "x"},
        {**good, "args": ["{"]},
        {**good, "args": [[]]},
        {**good, "client_id": {}},
    ]
    async with browser.socket(client.id) as socket:
        assert socket is not None
        for name in ("event", "ack", "log", "javascript_response", "handshake"):
            for one in hostile:
                if socket.connected:
                    await socket.emit(name, one)
        await asyncio.sleep(0.3)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_socket_message_has_a_size(people: People) -> None:
    browser = people[Role.STUDENT]
    client = await browser.open("/uji")
    async with browser.socket(client.id) as socket:
        assert socket is not None
        await socket.emit("log", {"client_id": client.id, "level": "info", "message": "x" * 100_000})
        await asyncio.sleep(0.3)
        assert not socket.connected


async def test_without_the_guard_the_hole_is_there(people: People, url: str) -> None:
    """The attack that the guard stops must succeed without it, or the tests above prove nothing."""
    client = await people[Role.TEACHER].open("/uji/guru")
    disarm = arm(current_site())
    disarm()
    assert core.sio.handlers["/"]["event"] is ORIGINALS["event"]
    async with people[Role.TEACHER].socket(client.id) as own, people["anonymous"].socket(client.id) as thief:
        assert own is not None
        record = Record(client)
        stranger = thief or own
        assert stranger is not None
        target = next(pair for pair in listeners(client) if name_of(*pair) == "Kerjakan click")
        page = await people[Role.STUDENT].open("/uji")
        async with people[Role.STUDENT].socket(page.id) as student:
            assert student is not None
            await student.emit("event", message(client, *target, None))
            await asyncio.sleep(0.3)
    assert record.ran == ["Kerjakan click"]


def mounts() -> list[Mount]:
    """Folders and the socket."""
    return [route for route in core.app.routes if isinstance(route, Mount)]


def all_routes() -> list[tuple[str, str]]:
    """Method and path of every route that is neither a page nor a mount."""
    pages = set(Client.page_routes.values())
    found = []
    for route in core.app.routes:
        if isinstance(route, Mount):
            continue
        path = route.path.replace(nicegui.__version__, "{version}")  # type: ignore[attr-defined]
        methods = set(route.methods) - {"HEAD"}  # type: ignore[attr-defined]
        found += [(method, path) for method in methods if not (method == "GET" and path in pages)]
    return found
