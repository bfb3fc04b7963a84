"""The frame: language, theme, notices, and pages that follow the database."""

import asyncio

from nexus_appliance.school.callers import OPERATOR
from tests.ui.school import School
from tests.ui.site import Visitor, new_visitor
from ui.components.account_menu import initials
from ui.site import current_site


async def test_the_page_speaks_the_chosen_language(visitor: Visitor, school: School) -> None:
    page = await visitor.http_client.get("/masuk")
    assert '<html lang="id"' in page.text
    assert "Sambungan ke server terputus" in page.text
    assert (await visitor.post("/bahasa", language="en")).status_code == 204
    await visitor.open("/masuk")
    await visitor.should_see("Welcome to OpenClass Nexus")
    assert '<html lang="en-US"' in (await visitor.http_client.get("/masuk")).text
    assert (await visitor.post("/bahasa", language="xx")).status_code == 400


async def test_the_account_remembers_the_language(visitor: Visitor, school: School) -> None:
    visitor.sign_in(school.token("siti"))
    await visitor.post("/bahasa", language="en")
    elsewhere = new_visitor()
    await elsewhere.post("/masuk", username="siti", password="kata sandi panjang")
    await elsewhere.open("/uji")
    await elsewhere.should_see("Sign out")


async def test_a_list_follows_the_database(visitor: Visitor, school: School) -> None:
    visitor.sign_in(school.token("siti"))
    client = await visitor.open("/uji")
    for number in range(5):
        await asyncio.to_thread(school.subjects.add, OPERATOR, 12, f"Fisika {'abcde'[number]}")
    await visitor.should_see("Fisika e 12", retries=20)
    assert current_site().changes.count > 0
    client.delete()
    assert current_site().changes.count == 0
    await asyncio.to_thread(school.subjects.add, OPERATOR, 11, "Kimia")


async def test_the_bell_counts_and_shows_notices(visitor: Visitor, school: School) -> None:
    visitor.sign_in(school.token("siti"))
    await visitor.open("/uji")
    user_id = next(account.id for account in school.accounts.list(OPERATOR) if account.username == "siti")
    with school.database.write() as session:
        school.notices.post(session, user_id, "book_ready", {"title": "Fisika"})
    await visitor.should_see("1", retries=20)
    visitor.find("notifications").click()
    await visitor.should_see("Buku “Fisika” sudah siap", retries=20)
    caller = school.sessions.resolve(visitor.http_client.cookies["nexus_session"])
    assert caller is not None
    await asyncio.sleep(0.3)
    assert school.notices.unread(caller) == 0


async def test_a_handler_that_fails_says_so(visitor: Visitor, school: School) -> None:
    visitor.sign_in(school.token("pak.budi"))
    await visitor.open("/uji/guru")
    button = visitor.find("Kerjakan")
    current_site().signed_in.forget(visitor.http_client.cookies["nexus_session"])
    button.click()
    await visitor.should_see("Anda sudah keluar", retries=10)


def test_initials() -> None:
    assert [initials(name) for name in ("Siti", "Budi Santoso", "pak.budi", "", "Ani Sri Wahyuni")] == [
        "S",
        "BS",
        "PB",
        "?",
        "AW",
    ]
