"""Ten students ask at once, each in a browser of its own, on the demo school with the real model.

`python -m benchmarks.ten_students`: prints when each saw citations, first text and the whole answer, in which order
they were served, and how long other pages took meanwhile. Needs Chromium.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.results import write_results
from benchmarks.schools import QUESTIONS, URL, demo_school, nexus, serving

CHROMIUM = "chromium"
PATIENCE = 600_000
"""Milliseconds until the last of ten has a whole answer on a slow machine."""

WATCH = """
() => {
  const start = performance.now();
  window.times = {};
  const keep = (name, value) => { if (!(name in window.times)) window.times[name] = value; };
  const note = (name) => keep(name, performance.now() - start);
  new MutationObserver(() => {
    const place = /Antrean ke-(\\d+)/.exec(document.body.textContent);
    if (place) keep("place", Number(place[1]));
    if (document.querySelector(".nx-citation")) note("citations");
    if ((document.querySelector(".nx-growing") || {}).textContent) note("first_text");
    if (document.querySelector(".nx-turn-actions button")) note("complete");
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}
"""


async def student(browser: Browser, username: str, password: str) -> Page:
    """A signed-in student in front of the question box."""
    context = await browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{URL}/masuk")
    await page.locator("input[name=username]").fill(username)
    await page.locator("input[name=password]").fill(password)
    await page.locator("input[name=password]").press("Enter")
    await page.wait_for_url(f"{URL}/")
    await page.get_by_label("Kelas", exact=True).click()
    await page.get_by_role("option", name="10", exact=True).click()
    return page


async def ask(page: Page, question: str) -> dict[str, float]:
    """Milliseconds from asking until citations, first text and the end; `place`: the first in the queue, if any."""
    await page.get_by_role("textbox", name="Tanya tentang Informatika 10").fill(question)
    await page.evaluate(WATCH)
    await page.keyboard.press("Enter")
    await page.wait_for_function("() => 'complete' in window.times")
    times: dict[str, float] = await page.evaluate("() => window.times")
    return times


async def watch_pages(seconds: list[float], over: asyncio.Event) -> None:
    """How long another visitor waits for a page meanwhile."""
    while not over.is_set():
        started = time.monotonic()
        await asyncio.to_thread(lambda: urllib.request.urlopen(f"{URL}/masuk", timeout=30).read())
        seconds.append(time.monotonic() - started)
        await asyncio.sleep(0.5)


async def lesson(people: list[dict[str, str]]) -> tuple[list[dict[str, float]], list[float]]:
    """All ask at the same moment."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=["--no-sandbox"])
        pages = [await student(browser, person["username"], person["password"]) for person in people]
        over, waits = asyncio.Event(), list[float]()
        watcher = asyncio.create_task(watch_pages(waits, over))
        times = await asyncio.gather(*(ask(page, question) for page, question in zip(pages, QUESTIONS, strict=True)))
        over.set()
        await watcher
        await browser.close()
    return list(times), waits


def enrol(home: Path) -> list[dict[str, str]]:
    """Ten students; they keep the passwords they were given."""
    added = []
    for number in range(len(QUESTIONS)):
        person = nexus(
            home, "user", "add", f"siswa{number}", "--role", "student", "--name", f"Siswa {number}", "--keep-password"
        )
        added.append(person)
    return added


def spread(values: list[float]) -> dict[str, float]:
    """Median and extremes."""
    return {"median": round(statistics.median(values)), "min": round(min(values)), "max": round(max(values))}


def displacement(times: list[dict[str, float]]) -> int:
    """By how many places, at most, a student was served otherwise than the first place in the queue they were shown."""
    arrived = sorted(range(len(times)), key=lambda student: times[student].get("place", 0))
    served = sorted(arrived, key=lambda student: times[student].get("first_text", times[student]["complete"]))
    return max(abs(arrived.index(student) - served.index(student)) for student in arrived)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    load = os.getloadavg()[0]
    with demo_school() as home:
        people = enrol(home)
        with serving(home):
            times, waits = asyncio.run(lesson(people))
    results: dict[str, Any] = {
        f"{name}_ms": spread([one[name] for one in times if name in one])
        for name in ("citations", "first_text", "complete")
    }
    results["places_out_of_order"] = displacement(times)
    results["places_shown"] = sorted(round(one.get("place", 0)) for one in times)
    results["answered"] = sum("first_text" in one for one in times)
    results["other_pages_ms"] = spread([1000 * wait for wait in waits])
    write_results("ten_students", results, load)


if __name__ == "__main__":
    main()
