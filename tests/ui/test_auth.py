"""Signing in and out, doors, and passwords."""

import asyncio

from nicegui import Client
from sqlalchemy import update

from nexus_appliance.school.callers import OPERATOR, Role
from nexus_appliance.storage.schema import LoginSession, utc_now
from tests.ui.pages import DEEDS
from tests.ui.school import PASSWORD, PEOPLE, School
from tests.ui.site import Visitor, new_visitor, running
from ui.cookies import SESSION
from ui.farewell import tokens_in_use
from ui.pages import START
from ui.signed_in import MOVE
from ui.site import current_site


async def test_a_stranger_is_asked_to_sign_in_and_comes_back(visitor: Visitor) -> None:
    response = await visitor.http_client.get("/uji")
    assert (response.status_code, response.headers["location"]) == (303, "/masuk?next=/uji")
    await visitor.open("/uji")
    await visitor.should_see("Nama pengguna")
    response = await visitor.post("/masuk", username="siti", password=PASSWORD, next="/uji")
    assert (response.status_code, response.headers["location"]) == (303, "/uji")
    await visitor.open("/uji?nomor=7")
    await visitor.should_see("Halo siti 7")


async def test_each_role_starts_on_its_own_page(visitor: Visitor) -> None:
    for username, role in PEOPLE.items():
        response = await visitor.post("/masuk", username=username, password=PASSWORD)
        assert response.headers["location"] == START[role]


async def test_next_leads_only_to_own_pages(visitor: Visitor) -> None:
    for next_path in ("https://evil.example/", "//evil.example", "/tidak-ada", "javascript:alert(1)"):
        response = await visitor.post("/masuk", username="siti", password=PASSWORD, next=next_path)
        assert response.headers["location"] == "/"


async def test_a_wrong_password_is_told_in_words_and_the_name_stays(visitor: Visitor) -> None:
    response = await visitor.post("/masuk", username="siti", password="salah")
    assert response.status_code == 303
    assert SESSION not in visitor.http_client.cookies
    await visitor.open(response.headers["location"])
    await visitor.should_see("Nama pengguna atau kata sandi tidak cocok")
    page = await visitor.http_client.get("/masuk")
    assert '"value":"siti"' in page.text


async def test_guessing_costs_more_and_more_time(visitor: Visitor) -> None:
    for _attempt in range(8):
        response = await visitor.post("/masuk", username="siti", password="salah")
    assert "gagal=login_delayed" in response.headers["location"]
    await visitor.open(response.headers["location"])
    await visitor.should_see("Terlalu banyak percobaan")


async def test_the_cookie_is_closed_to_scripts_and_other_sites(visitor: Visitor) -> None:
    response = await visitor.post("/masuk", username="siti", password=PASSWORD)
    cookie = next(value for value in response.headers.get_list("set-cookie") if value.startswith(SESSION))
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie


async def test_signing_in_again_ends_the_session_before(visitor: Visitor, school: School) -> None:
    await visitor.post("/masuk", username="siti", password=PASSWORD)
    first = visitor.http_client.cookies[SESSION]
    await visitor.post("/masuk", username="siti", password=PASSWORD)
    assert visitor.http_client.cookies[SESSION] != first
    assert school.sessions.resolve(first) is None


async def test_the_wrong_role_is_sent_home_and_nothing_is_built(visitor: Visitor, school: School) -> None:
    visitor.sign_in(school.token("siti"))
    response = await visitor.http_client.get("/uji/guru")
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "Kerjakan" not in response.text
    assert not Client.instances


async def test_a_post_from_another_site_is_refused(visitor: Visitor) -> None:
    fields = {"username": "siti", "password": PASSWORD}
    for origin in ("http://evil.example", "http://test:81", "null", ""):
        response = await visitor.http_client.post("/masuk", data=fields, headers={"Origin": origin})
        assert response.status_code == 403


async def test_signing_out_ends_the_open_page_at_once(visitor: Visitor, school: School) -> None:
    visitor.sign_in(school.token("pak.budi"))
    client = await visitor.open("/uji/guru")
    visitor.find("Kerjakan").click()
    assert DEEDS == ["pak.budi"]
    button = visitor.find("Kerjakan")
    response = await visitor.post("/keluar")
    assert response.headers["location"] == "/masuk"
    button.click()
    await asyncio.sleep(0.1)
    assert DEEDS == ["pak.budi"]
    assert client.is_deleted


async def test_demoting_and_disabling_end_open_pages(visitor: Visitor, school: School) -> None:
    for change in (
        lambda: school.accounts.set_role(OPERATOR, "pak.budi", Role.STUDENT),
        lambda: school.accounts.disable(OPERATOR, "pak.budi"),
        lambda: school.accounts.set_password(OPERATOR, "pak.budi"),
    ):
        visitor.sign_in(school.token("pak.budi"))
        client = await visitor.open("/uji")
        await asyncio.to_thread(change)
        await asyncio.sleep(0.2)
        assert client.is_deleted
        assert (await visitor.http_client.get("/uji")).headers["location"] == "/masuk?next=/uji"
        school.accounts.enable(OPERATOR, "pak.budi")


async def test_a_given_password_must_be_replaced_first(visitor: Visitor, school: School) -> None:
    given = school.accounts.set_password(OPERATOR, "siti")
    await visitor.post("/masuk", username="siti", password=given)
    for path in ("/uji", "/uji/guru"):
        assert (await visitor.http_client.get(path)).headers["location"] == "/sandi"
    await visitor.open("/sandi")
    await visitor.should_see("Pilih kata sandi yang hanya Anda tahu")
    refused = await visitor.post("/sandi", old=given, new="pendek", again="panjang")
    assert refused.headers["location"] == "/sandi?gagal=mismatch"
    weak = await visitor.post("/sandi", old=given, new="123", again="123")
    await visitor.open(weak.headers["location"])
    await visitor.should_see("terlalu pendek")
    done = await visitor.post("/sandi", old=given, new="rumah tua biru", again="rumah tua biru")
    assert done.headers["location"] == "/"
    await visitor.open("/uji")
    await visitor.should_see("Halo siti")


async def test_a_new_password_ends_other_pages_at_once_and_this_one_after_its_answer(
    visitor: Visitor, school: School
) -> None:
    elsewhere, here = school.token("siti"), school.token("siti")
    visitor.sign_in(elsewhere)
    other = await visitor.open("/uji")
    visitor.sign_in(here)
    form = await visitor.open("/sandi")
    done = await visitor.post("/sandi", old=PASSWORD, new="rumah tua biru", again="rumah tua biru")
    assert done.headers["location"] == "/"
    await asyncio.sleep(0.2)
    assert current_site().signed_in.known(here) is None
    assert (other.is_deleted, form.is_deleted) == (True, False)
    await asyncio.sleep(MOVE)
    assert form.is_deleted


async def test_an_expired_session_ends_its_pages(visitor: Visitor, school: School) -> None:
    visitor.sign_in(school.token("siti"))
    client = await visitor.open("/uji")
    with school.database.write() as session:
        session.execute(update(LoginSession).values(expires_at=utc_now()))
    await current_site().signed_in.recheck(tokens_in_use())
    await asyncio.sleep(0.2)
    assert client.is_deleted


async def test_an_empty_school_lets_the_machine_itself_create_the_administrator(empty_school: School) -> None:
    async with running(empty_school):
        local = new_visitor("127.0.0.1", "localhost")
        assert (await local.http_client.get("/masuk")).headers["location"] == "/mulai"
        await local.open("/mulai")
        await local.should_not_see("Kode")
        fields = {"full_name": "Ani", "username": "ani", "password": PASSWORD, "again": PASSWORD}
        response = await local.http_client.post("/mulai", data=fields, headers={"Origin": "http://localhost"})
        assert response.headers["location"] == "/admin"
        assert (await local.http_client.get("/mulai")).headers["location"] == "/masuk"


async def test_from_elsewhere_an_empty_school_asks_for_the_code(empty_school: School) -> None:
    fields = {"full_name": "Ani", "username": "ani", "password": PASSWORD, "again": PASSWORD}
    async with running(empty_school):
        far = new_visitor()
        await far.open("/mulai")
        await far.should_see("Kode")
        refused = await far.post("/mulai", code="AAAAA-AAAAA", **fields)
        assert "gagal=setup_code_wrong" in refused.headers["location"]
        for visitor in (new_visitor("127.0.0.1"), new_visitor("192.0.2.9", "localhost")):
            assert "setup_code_wrong" in (await visitor.post("/mulai", **fields)).headers["location"]
        done = await far.post("/mulai", code=str(empty_school.setup_code).lower(), **fields)
        assert done.headers["location"] == "/admin"
        assert (
            "setup_done" in (await far.post("/mulai", code=str(empty_school.setup_code), **fields)).headers["location"]
        )
