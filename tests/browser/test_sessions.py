"""Signing out, language and theme."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visits

pytestmark = pytest.mark.browser

ONE_SECOND = 1000
"""Milliseconds in which the other tabs of a session must be gone."""


def menu(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Menu")).click()


def test_signing_out_ends_the_other_tab_within_a_second(visits: Visits) -> None:
    person = visits.person("siti")
    first, second = visits.tab(person, "/"), visits.tab(person, "/sandi")
    menu(first)
    first.get_by_text("Keluar", exact=True).click()
    expect(first).to_have_url(re.compile("/masuk"))
    expect(second).to_have_url(re.compile("/masuk"), timeout=ONE_SECOND)
    first.goto(visits.server.url + "/")
    expect(first).to_have_url(re.compile("/masuk"))


def test_the_language_is_switched_and_kept(visits: Visits) -> None:
    page = visits.open("/", "siti")
    expect(page.locator("html")).to_have_attribute("lang", "id")
    menu(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en-US")
    expect(page.get_by_role("button", name="History")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="History")).to_be_visible()
    menu(page)
    page.get_by_role("button", name="Bahasa Indonesia").click()
    expect(page.get_by_role("button", name="Riwayat")).to_be_visible()


def background(page: Page) -> int:
    """The red of the page's background, 0 to 255."""
    return int(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]"))


def test_dark_as_the_device_says_and_as_chosen(visits: Visits) -> None:
    page = visits.open("/", "siti", dark=True)
    assert background(page) < 60
    menu(page)
    page.get_by_role("button", name="Terang, gelap").click()  # auto -> light
    expect(page.locator("body.body--light")).to_be_visible()
    page.reload()
    expect(page.locator("body.body--light")).to_be_visible()
    assert background(page) > 200
