"""The page that the window shows while the server starts, in real Chromium."""

import pytest
from playwright.sync_api import Browser, expect

from nexus_appliance.operations.waiting_room import waiting_room
from tests.browser.server import Server
from tests.browser.visits import axe

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_waits_and_then_leads_to_the_server(chromium: Browser, server: Server, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
    with waiting_room("Server sedang dinyalakan.", "id") as (url, news):
        page = context.new_page()
        page.goto(url)
        expect(page.get_by_role("status")).to_have_text("Server sedang dinyalakan.")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        news.url = f"{server.url}/konsol"
        expect(page.get_by_role("heading", name="Server menyala")).to_be_visible()
    context.close()


def test_it_says_why_the_server_does_not_start(chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 700})
    with waiting_room("Server sedang dinyalakan.", "id") as (url, news):
        page = context.new_page()
        page.goto(url)
        news.failure = "Server tidak bisa dinyalakan. Catatannya ada di /srv/start.log."
        expect(page.get_by_role("status")).to_have_text(news.failure)
        expect(page.get_by_role("progressbar")).to_have_count(0)
        assert axe(page) == []
    context.close()
