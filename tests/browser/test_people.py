"""From a new account to its owner's first page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visits

pytestmark = pytest.mark.browser


def agree(page: Page, question: str, action: str) -> None:
    """Press the button of the dialog that asks this."""
    page.get_by_role("dialog", name=question, exact=True).get_by_role("button", name=action, exact=True).click()


def test_a_new_teacher_signs_in_with_the_slip_and_chooses_a_password(visits: Visits) -> None:
    admin = visits.open("/admin?bagian=orang", "bu.ani")
    admin.get_by_role("button", name="Tambah akun").click()
    form = admin.get_by_role("dialog")
    form.get_by_label("Nama lengkap").press_sequentially("Rina Lestari, S.Pd.")
    expect(form.get_by_label("Nama pengguna")).to_have_value("rina.lestari")
    form.get_by_label("Peran").click()
    admin.get_by_role("option", name="Guru").click()
    form.get_by_label("Mata pelajaran").click()
    admin.get_by_role("option", name="Informatika 10").click()
    admin.keyboard.press("Escape")
    form.get_by_role("button", name="Tambah").click()
    password = admin.locator(".nx-secret").nth(1).inner_text()
    admin.get_by_role("button", name="Salin").click()
    expect(admin.get_by_text("Tersalin.")).to_be_visible()
    admin.get_by_role("button", name="Selesai").click()
    expect(admin.get_by_text(password)).to_have_count(0)

    teacher = visits.open("/masuk")
    teacher.get_by_label("Nama pengguna").fill("rina.lestari")
    teacher.get_by_label("Kata sandi").fill(password)
    teacher.keyboard.press("Enter")
    expect(teacher).to_have_url(re.compile("/sandi$"))
    teacher.get_by_label("Kata sandi sekarang").fill(password)
    for label in ("Kata sandi baru", "Ulangi kata sandi baru"):
        teacher.get_by_label(label, exact=True).fill("sepeda tua di bawah pohon")
    teacher.get_by_role("button", name="Simpan kata sandi").click()
    expect(teacher).to_have_url(re.compile("/guru$"))
    expect(teacher.get_by_text("Informatika untuk Semua").first).to_be_visible()


def test_disabling_an_account_ends_its_open_page(visits: Visits) -> None:
    technician = visits.open("/teknisi", "teknisi")
    admin = visits.open("/admin?bagian=orang", "bu.ani", width=360)
    admin.get_by_label("Cari nama atau nama pengguna").fill("teknisi")
    expect(admin.get_by_text("1 orang")).to_be_visible()
    admin.get_by_role("button", name="Ubah Teknisi").click()
    admin.get_by_role("button", name="Nonaktifkan akun").click()
    agree(admin, "Nonaktifkan akun?", "Nonaktifkan akun")
    expect(technician).to_have_url(re.compile("/masuk"), timeout=2000)
    admin.get_by_role("button", name="Ubah Teknisi").click()
    admin.get_by_role("button", name="Aktifkan akun", exact=True).click()
    agree(admin, "Aktifkan akun?", "Aktifkan akun")
    expect(admin.get_by_text("Akun diaktifkan.")).to_be_visible()
