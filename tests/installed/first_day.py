"""What a school does on its first day, in Chromium, from another machine of its network."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.visits import open_history

PASSWORD = "sepeda tua di bawah pohon"
QUESTION = "Apa itu algoritma?"

expect.set_options(timeout=60_000)


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])


def first_day(chromium: Browser, url: str, log: Path, book: Path) -> dict[str, float | str]:
    """Admin, subject, book, student, answer; when each was there, in seconds from now."""
    began = time.monotonic()
    admin = create_admin(chromium, url, log)
    found: dict[str, float | str] = {"admin_s": time.monotonic() - began}
    add_subject(admin)
    add_book(admin, url, book)
    found["book_s"] = time.monotonic() - began
    name, slip = add_student(admin, url)
    page = sign_in(chromium, url, name, slip)
    page.get_by_label("Kelas", exact=True).click()
    page.get_by_role("option", name="10", exact=True).click()
    found |= {"answer": ask(page, QUESTION), "answer_s": time.monotonic() - began}
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in found.items()}


def create_admin(chromium: Browser, url: str, log: Path) -> Page:
    """The account that founds the school, with the code that the server's screen shows."""
    (code,) = re.findall(r"kode ([A-Z0-9-]+)\.", log.read_text("utf-8"))
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, locale="id-ID")
    page.goto(url)
    for name, text in (("code", code), ("full_name", "Ani Wijaya"), ("username", "ani")):
        page.locator(f"input[name={name}]").fill(text)
    for name in ("password", "again"):
        page.locator(f"input[name={name}]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin"))
    return page


def add_subject(admin: Page) -> None:
    """Informatika of the tenth grade."""
    admin.get_by_role("button", name="Tambah Mata Pelajaran").first.click()
    form = admin.get_by_role("dialog")
    form.get_by_label("Kelas", exact=True).click()
    admin.get_by_role("option", name="Kelas 10", exact=True).click()
    form.get_by_label("Nama mata pelajaran").fill("Informatika")
    admin.keyboard.press("Enter")
    expect(admin.get_by_text("informatika_10", exact=True)).to_be_visible()


def add_book(admin: Page, url: str, book: Path) -> None:
    """Upload it and wait until it answers."""
    admin.goto(f"{url}/guru?mapel=informatika_10")
    admin.locator("input[type=file]").set_input_files(book)
    admin.get_by_label("Judul").fill("Informatika")
    admin.get_by_role("button", name="Unggah Buku").click()
    expect(admin.locator(".nx-book").filter(has_text="Informatika")).to_be_visible(timeout=300_000)


def add_student(admin: Page, url: str) -> tuple[str, str]:
    """Username and the password on the slip."""
    admin.goto(f"{url}/admin?bagian=orang")
    admin.get_by_role("button", name="Tambah akun").click()
    form = admin.get_by_role("dialog")
    form.get_by_label("Nama lengkap").press_sequentially("Siti Rahma")
    form.get_by_label("Peran").click()
    admin.get_by_role("option", name="Siswa").click()
    form.get_by_role("button", name="Tambah").click()
    secrets = admin.locator(".nx-secret")
    return secrets.nth(0).inner_text(), secrets.nth(1).inner_text()


def sign_in(chromium: Browser, url: str, name: str, password: str, start: str = "/") -> Page:
    """A phone, signed in with a password of its owner's own."""
    page = chromium.new_page(viewport={"width": 360, "height": 740}, locale="id-ID")
    page.goto(f"{url}/masuk")
    page.get_by_label("Nama pengguna").fill(name)
    page.get_by_label("Kata sandi").fill(password)
    page.keyboard.press("Enter")
    if password != PASSWORD:
        expect(page).to_have_url(re.compile("/sandi$"))
        page.get_by_label("Kata sandi sekarang").fill(password)
        for label in ("Kata sandi baru", "Ulangi kata sandi baru"):
            page.get_by_label(label, exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Simpan kata sandi").click()
    expect(page).to_have_url(re.compile(f"{start}$"))
    return page


def ask(page: Page, question: str) -> str:
    """The answer, when it is whole."""
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Tanya lagi")).to_be_visible(timeout=180_000)
    return page.locator(".nx-prose").last.inner_text()


def history(page: Page) -> list[str]:
    """What the student asked before."""
    open_history(page)
    sheet = page.get_by_role("dialog", name="Riwayat")
    expect(sheet.get_by_role("listitem").first).to_be_visible()
    found = [item.inner_text() for item in sheet.get_by_role("listitem").all()]
    sheet.get_by_role("button", name="Tutup").click()
    expect(sheet).to_have_count(0)
    return found
