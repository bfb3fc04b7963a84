"""Make docs/images from the running program: `python -m docs.screenshots`, as root.

A real server with the real model and the demo book, in a network of its own so that its address is an ordinary one;
each page is opened in Chromium as its reader sees it.
"""

import io
import tempfile
from contextlib import ExitStack
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from nexus_appliance.config import ASSETS
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.migrate import upgrade
from tests.browser.server import Server
from tests.browser.visits import Visits
from tests.networks import OtherMachine
from tests.ui.school import found_school

IMAGES = Path(__file__).parent / "images"
ADDRESS = "10.77.0.20"
MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m"
QUESTION = "Apa itu algoritma?"
COLOURS = 128
"""Of a picture: enough for flat pages, and a third of the bytes."""

PAGES = {
    "konsol": ("/konsol", "bu.ani", 1280),
    "sambung": ("/sambung", "", 1280),
    "admin": ("/admin", "bu.ani", 1280),
    "guru": ("/guru?mapel=informatika_10", "pak.budi", 1280),
    "teknisi": ("/teknisi", "teknisi", 1280),
}
"""File -> path, reader, width; the student's page is a conversation."""


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="sekolah-", dir="/srv")))
        machine = OtherMachine("nexus-gambar", ADDRESS)
        parts.callback(machine.close)
        server = _server(folder, machine)
        parts.callback(server.stop)
        playwright = parts.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        parts.callback(browser.close)
        _student(browser, server)
        for name, (path, username, width) in PAGES.items():
            page = Visits(browser, server).open(path, username, width=width)
            page.wait_for_timeout(2500)  # what a page reads after it was opened
            _keep(page, name)


def _server(folder: Path, machine: OtherMachine) -> Server:
    template = folder / "template.sqlite"
    database = Database(f"sqlite:///{template}")
    upgrade(database)
    database.close()
    home = folder / "home"
    school = found_school(home, template)
    school.subjects.add(OPERATOR, 10, "Informatika")
    school.accounts.assign(OPERATOR, "pak.budi", ["informatika_10"])
    school.close()
    shown = {"NEXUS_SCHOOL": "SMA Harapan", "NEXUS_HOST": "0.0.0.0", "NEXUS_MDNS_NAME": "belajar"}  # noqa: S104 - in a network of its own
    settings = {"NEXUS_MODEL": MODEL, "NEXUS_MODEL_THREADS": "2", "NEXUS_ANSWER_TOKENS": "220"}
    server = Server(home, host=ADDRESS, prefix=machine.prefix, **shown, **settings)
    server.port, server.url = 80, f"http://{ADDRESS}"
    server.start()
    book = ASSETS / "demo" / "informatika_10.pdf"
    server.run("book", "add", "informatika_10", str(book), "--title", "Informatika Kelas 10: Pengantar", "--wait")
    return server


def _student(browser: Browser, server: Server) -> None:
    page = Visits(browser, server).open("/", "siti", width=360)
    page.get_by_label("Kelas", exact=True).click()
    page.get_by_role("option", name="10", exact=True).click()
    page.get_by_role("textbox", name="Tanya tentang Informatika 10").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Tanya lagi")).to_be_visible(timeout=120_000)
    page.wait_for_timeout(500)
    _keep(page, "siswa")


def _keep(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    target = IMAGES / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    main()
