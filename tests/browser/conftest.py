"""A running school with one book, and browsers that notice whatever goes wrong on their pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from nexus_appliance.school.callers import OPERATOR
from tests.browser.server import Server
from tests.browser.visits import Visits
from tests.inference.models import SMALL, model_file
from tests.pdfs import text_pdf
from tests.tools import need
from tests.ui.school import found_school

ALGORITHMS = (
    ("Algoritma", "Algoritma adalah urutan langkah yang jelas dan terbatas untuk menyelesaikan suatu masalah. "
     "Setiap langkah dapat dikerjakan, dan algoritma selalu berakhir dengan sebuah hasil."),
    ("Jaringan komputer", "Jaringan komputer menghubungkan dua komputer atau lebih sehingga dapat bertukar data. "
     "Jaringan lokal mencakup satu gedung, misalnya satu sekolah."),
    ("Keamanan data", "Kata sandi yang kuat panjang, tidak mudah ditebak, dan tidak dipakai di tempat lain. "
     "Cadangan data disimpan di tempat yang berbeda."),
)  # fmt: skip
"""A textbook of three pages."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers; there can be one only."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium; it finds no host but this machine and those of tests/networks.py."""
    need("chromium")
    path = shutil.which("chromium")
    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE 10.77.0.*"
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", rules])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF to upload."""
    return text_pdf(tmp_path_factory.mktemp("books") / "informatika.pdf", ALGORITHMS, footer="{n}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, book: Path) -> Iterator[Server]:
    """The real server with the small model, an account of each role, and a book in informatika_10."""
    model_file(SMALL)
    home = tmp_path_factory.mktemp("browser") / "home"
    school = found_school(home, sqlite_template)
    school.subjects.add(OPERATOR, 10, "Informatika")
    school.accounts.assign(OPERATOR, "pak.budi", ["informatika_10"])
    school.close()
    server = Server(home)
    server.start()
    try:
        server.run("book", "add", "informatika_10", str(book), "--title", "Informatika untuk Semua", "--wait")
        yield server
    finally:
        server.stop()


@pytest.fixture
def visits(chromium: Browser, server: Server) -> Iterator[Visits]:
    """Opens pages as somebody; at the end of the test nothing may have gone wrong on any of them."""
    visits = Visits(chromium, server)
    yield visits
    visits.close()
    assert visits.problems == []
