"""What an administrator changes is on everybody's page at once."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visits

pytestmark = pytest.mark.browser


def add_subject(admin: Page, grade: str, name: str) -> None:
    """By keyboard alone, as far as the list of grades goes."""
    button = admin.get_by_role("button", name="Tambah Mata Pelajaran").first
    button.focus()
    admin.keyboard.press("Enter")
    form = admin.get_by_role("dialog")
    form.get_by_label("Kelas", exact=True).click()
    admin.get_by_role("option", name=grade, exact=True).click()
    form.get_by_label("Nama mata pelajaran").fill(name)
    admin.keyboard.press("Enter")


def test_a_new_subject_is_on_an_open_page_without_reload(visits: Visits) -> None:
    student = visits.open("/", "siti", width=360)
    student.evaluate("window.notReloaded = true")
    admin = visits.open("/admin", "bu.ani")
    add_subject(admin, "Kelas 12", "Fisika")
    expect(admin.get_by_text("fisika_12", exact=True)).to_be_visible()
    expect(admin.get_by_role("dialog")).to_have_count(0)
    student.get_by_label("Kelas", exact=True).click()
    student.get_by_role("option", name="12", exact=True).click()
    expect(student.get_by_text("Belum ada buku untuk Fisika 12").first).to_be_visible()
    assert student.evaluate("window.notReloaded")


def test_a_removed_subject_leaves_the_open_page(visits: Visits) -> None:
    admin = visits.open("/admin", "bu.ani")
    add_subject(admin, "Kelas 3", "Matematika")
    expect(admin.get_by_text("matematika_3", exact=True)).to_be_visible()
    student = visits.open("/", "siti")
    admin.get_by_role("button", name="Hapus Matematika 3").click()
    admin.get_by_role("dialog", name="Hapus “Matematika 3”?").get_by_role("button", name="Hapus").click()
    expect(admin.get_by_text("matematika_3", exact=True)).to_have_count(0)
    student.get_by_label("Kelas", exact=True).click()
    expect(student.get_by_role("option", name="10", exact=True)).to_be_visible()
    expect(student.get_by_role("option", name="3", exact=True)).to_have_count(0)


def test_a_dialog_gives_the_focus_back(visits: Visits) -> None:
    admin = visits.open("/admin", "bu.ani")
    button = admin.get_by_role("button", name="Tambah Mata Pelajaran").first
    button.focus()
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("dialog").get_by_label("Kelas", exact=True)).to_be_focused()
    admin.keyboard.press("Escape")
    expect(admin.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
