"""Whoever has no mouse reaches everything on every page with the Tab key, sees where they are, and is never caught."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import Server
from tests.browser.test_layout import PAGES
from tests.browser.visits import Visits, audit, axe
from tests.ui.school import found_school

pytestmark = pytest.mark.browser

CONTROLS = """
() => {
  const all = "a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex]";
  const inert = (element) => element.disabled || element.tabIndex < 0 || element.closest("[aria-hidden=true], [inert]")
    || element.getAttribute("aria-disabled") === "true";
  const reachable = [...document.querySelectorAll(all)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !inert(element));
  reachable.forEach((element, index) => element.setAttribute("data-walk", index));
  return reachable.length;
}
"""
"""Numbers everything that a key can reach; how many there are."""

HERE = """
async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));  // styles have settled
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const ring = (one) => { const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"; };
  const field = element.closest(".q-field--focused, .nx-native-field");
  const helped = element.querySelector(":scope > .q-focus-helper");
  const box = element.getBoundingClientRect();
  return {
    number: element.getAttribute("data-walk"),
    text: element.outerHTML.slice(0, 160),
    marked: ring(element) || field !== null || (helped !== null && parseFloat(getComputedStyle(helped).opacity) > 0),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}
"""
"""Where the focus is, whether it can be seen, and whether it is on the screen."""


def walk(page: Page) -> list[str]:
    """What is wrong on a walk with Tab from the top to the end of the page."""
    page.emulate_media(reduced_motion="reduce")  # else it glides to what has the focus
    count, reached, wrong = page.evaluate(CONTROLS), set[str](), []
    for _ in range(count + 5):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:
            break
        reached.add(here["number"])
        if not here["marked"]:
            wrong.append(f"no mark on {here['text']}")
        if not here["inside"]:
            wrong.append(f"not on the screen: {here['text']}")
    for number in range(count):
        if str(number) not in reached:
            text = page.locator(f"[data-walk='{number}']").evaluate("(one) => one.outerHTML.slice(0, 160)")
            wrong.append(f"never reached: {text}")
    return wrong


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("path", "username"), PAGES)
def test_tab_reaches_everything(visits: Visits, path: str, username: str, width: int) -> None:
    if path == "/tidak-ada":
        page = visits.person(width=width).new_page()
        page.goto(visits.server.url + path)
        visits.problems.clear()  # the browser itself reports the 404
    else:
        page = visits.open(path, username, width=width)
        page.wait_for_timeout(300)
    assert walk(page) == []


@pytest.fixture(scope="module")
def empty_server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    """A school that has nobody yet."""
    home = tmp_path_factory.mktemp("empty") / "home"
    found_school(home, sqlite_template, people=False).close()
    server = Server(home)
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_first_steps_fit_are_read_aloud_and_need_no_mouse(
    chromium: Browser, empty_server: Server, dark: bool
) -> None:
    visits = Visits(chromium, empty_server)
    page = visits.open("/mulai", width=360, dark=dark)
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert audit(page) == []
    assert axe(page) == []
    assert walk(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    assert axe(page) == []
    visits.close()
    assert visits.problems == []
