"""Every page fits a small phone and can be read aloud."""

import pytest
from playwright.sync_api import expect

from tests.browser.visits import Visits, audit, axe

pytestmark = pytest.mark.browser

PAGES = [
    ("/masuk", ""),
    ("/sandi", "siti"),
    ("/", "siti"),
    ("/guru?mapel=informatika_10", "pak.budi"),
    ("/guru/pertanyaan?mapel=informatika_10", "pak.budi"),
    ("/admin", "bu.ani"),
    ("/admin?bagian=orang", "bu.ani"),
    ("/teknisi", "teknisi"),
    ("/sambung", ""),
    ("/konsol", ""),
    ("/konsol", "bu.ani"),
    ("/tidak-ada", ""),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("path", "username"), PAGES)
def test_a_phone_shows_the_whole_page_and_everything_has_a_name(
    visits: Visits, path: str, username: str, dark: bool
) -> None:
    if path == "/tidak-ada":
        page = visits.person(width=360, dark=dark).new_page()
        page.goto(visits.server.url + path)
        visits.problems.clear()  # the browser itself reports the 404
    else:
        page = visits.open(path, username, width=360, dark=dark)
    expect(page.locator("h1")).to_have_count(1)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert audit(page) == []
    assert axe(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert axe(page) == []


def test_the_dialogs_of_an_administrator_fit_too(visits: Visits) -> None:
    page = visits.open("/admin?bagian=orang", "bu.ani", width=360)
    for name in ("Tambah akun", "Ubah Pak.Budi"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.wait_for_timeout(400)
        assert audit(page) == []
        assert axe(page, dialog=True) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
