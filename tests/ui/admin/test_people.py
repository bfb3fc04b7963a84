"""Accounts: found, added, changed, disabled."""

import asyncio
import re

import pytest
from nicegui import ui

from nexus_appliance.errors import NexusError
from nexus_appliance.school.accounts import Account
from nexus_appliance.school.callers import OPERATOR, Role
from nexus_appliance.storage.schema import User
from tests.ui.admin.office import Office
from ui.admin.overview import Overview
from ui.admin.people import EVERYBODY, matching


def accounts(*names: str, role: Role = Role.STUDENT) -> tuple[Account, ...]:
    return tuple(
        Account(number, name.lower().replace(" ", "."), name, role, disabled=False, must_change_password=False)
        for number, name in enumerate(names)
    )


def test_every_word_of_the_search_is_in_name_or_username() -> None:
    overview = Overview((), (*accounts("Siti Rahma", "Budi Rahma"), *accounts("Siti Guru", role=Role.TEACHER)))
    assert [one.full_name for one in matching(overview, " rahma SITI ", EVERYBODY)] == ["Siti Rahma"]
    assert [one.full_name for one in matching(overview, "siti", EVERYBODY)] == ["Siti Guru", "Siti Rahma"]
    assert [one.full_name for one in matching(overview, "siti", Role.TEACHER)] == ["Siti Guru"]
    assert [one.full_name for one in matching(overview, "budi.r", EVERYBODY)] == ["Budi Rahma"]
    assert matching(overview, "", "nobody") == []


async def test_people_are_searched_and_filtered(office: Office) -> None:
    await office.sees("4 orang")
    office.fill("Cari nama atau nama pengguna", "budi")
    await office.sees("1 orang")
    await office.sees("Pak.Budi")
    office.fill("Peran", "student", ui.select)
    await office.sees("Tidak ada yang cocok")
    office.fill("Cari nama atau nama pengguna", None)
    await office.sees("1 orang")
    await office.sees("Siti")


async def test_a_thousand_accounts_come_page_by_page(office: Office) -> None:
    def enrol() -> None:

        people = [
            User(username=f"s{n:04}", full_name=f"Siswa {n:04}", role="student", password_hash="x") for n in range(1000)
        ]
        with office.school.database.write() as session:
            session.add_all(people)

    await asyncio.to_thread(enrol)
    await office.open()
    await office.sees("1004 orang")
    await office.sees("Halaman 1 dari 41")
    assert len(office.visitor.find(marker="open-person").elements) == 25
    office.press("next-page")
    await office.sees("Halaman 2 dari 41")
    office.fill("Cari nama atau nama pengguna", "0999")
    await office.sees("Siswa 0999")
    await office.misses("Halaman 2 dari 41")


async def test_an_account_is_added_and_its_password_shown_once(office: Office) -> None:
    await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, "Fisika")
    await office.sees("fisika_12")
    office.press("add-person")
    office.fill("Nama lengkap", "Rina Dewi Lestari, M.Pd.")
    await office.until(lambda: office.field("Nama pengguna").value == "rina.lestari")
    office.fill("Peran", "teacher", ui.select)
    office.fill("Mata pelajaran", ["fisika_12"], ui.select)
    office.press("save")
    await office.sees("Kata sandi baru")
    password = secret(office)
    assert re.fullmatch(r"[a-z]+-[a-z]+-[a-z]+-\d{5}", password)
    account = office.account("rina.lestari")
    assert (account.role, account.subjects, account.must_change_password) == (Role.TEACHER, ("fisika_12",), True)
    _token, caller = office.school.sessions.login("rina.lestari", password, "192.0.2.1")
    assert caller.role is Role.TEACHER
    office.say("Selesai")
    await office.misses(password)
    await office.sees("Rina Dewi Lestari, M.Pd.")
    await office.open()
    await office.visitor.should_not_see(password)


def secret(office: Office) -> str:
    """The password on the slip."""
    return max((one for one in office.visitor.find(ui.element).elements if "nx-secret" in one.classes), key=_id).text  # type: ignore[attr-defined,no-any-return]


def _id(element: ui.element) -> int:
    return element.id


async def test_a_typed_username_is_not_overwritten(office: Office) -> None:
    office.press("add-person")
    office.fill("Nama lengkap", "Rina")
    office.fill("Nama pengguna", "bu.rina")
    office.fill("Nama lengkap", "Rina Lestari")
    await asyncio.sleep(0.1)
    assert office.field("Nama pengguna").value == "bu.rina"


@pytest.mark.parametrize(
    ("name", "username", "label", "sentence"),
    [
        ("", "rina", "Nama lengkap", "Nama ini tidak dapat dipakai"),
        ("Rina", "r a", "Nama pengguna", "tidak dapat dipakai"),
        ("Rina", "siti", "Nama pengguna", "sudah dipakai"),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    office: Office, name: str, username: str, label: str, sentence: str
) -> None:
    office.press("add-person")
    office.fill("Nama lengkap", name)
    office.fill("Nama pengguna", username)
    office.press("save")
    field = office.field(label)
    await office.until(lambda: bool(field.props.get("error")))
    assert sentence in field.props["error-message"]


async def opened(office: Office, name: str) -> None:
    """The dialog of one account."""
    office.fill("Cari nama atau nama pengguna", name)
    await office.sees("1 orang")
    office.press("open-person")
    await office.visitor.should_see(marker="save")


async def test_a_password_is_reset_after_a_question(office: Office) -> None:
    await opened(office, "siti")
    office.say("Atur ulang kata sandi")
    await office.sees("Atur ulang kata sandi?")
    office.say("Atur ulang kata sandi")
    await office.sees("Kata sandi baru")
    office.school.sessions.login("siti", secret(office), "192.0.2.1")
    assert office.account("siti").must_change_password
    await office.sees("Kata sandi awal")


async def test_ones_own_password_is_changed_elsewhere(office: Office) -> None:
    await opened(office, "bu.ani")
    await office.sees("Ganti kata sandi saya sendiri")
    await office.visitor.should_not_see("Atur ulang kata sandi")


async def test_disabling_and_enabling(office: Office) -> None:
    token = office.school.token("siti")
    await opened(office, "siti")
    office.say("Nonaktifkan akun")
    await office.sees("Nonaktifkan akun?")
    office.say("Nonaktifkan akun")
    await office.sees("Akun dinonaktifkan.")
    assert office.account("siti").disabled
    assert office.school.sessions.resolve(token) is None
    await office.visitor.should_not_see(marker="save", retries=30)
    await office.until(lambda: "Nonaktif" in str(office.visitor.current_layout))
    office.press("open-person")
    await office.sees("Aktifkan akun")
    office.say("Aktifkan akun")
    await office.sees("Aktifkan akun?")
    office.say("Aktifkan akun")
    await office.sees("Akun diaktifkan.")
    assert not office.account("siti").disabled


async def test_the_last_administrator_stays(office: Office) -> None:
    await opened(office, "bu.ani")
    office.say("Nonaktifkan akun")
    await office.sees("Ini akun Anda sendiri")
    office.say("Nonaktifkan akun")
    await office.sees("administrator terakhir")
    assert not office.account("bu.ani").disabled
    office.fill("Peran", "student", ui.select)
    office.press("save")
    await office.sees("Ubah peran?")
    office.say("Ubah peran")
    field = office.field("Peran", ui.select)
    await office.until(lambda: "administrator terakhir" in str(field.props.get("error-message")))
    assert office.account("bu.ani").role is Role.ADMIN


async def test_a_role_is_changed_after_a_question(office: Office) -> None:
    await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, "Fisika")
    await office.sees("fisika_12")
    await opened(office, "siti")
    office.fill("Peran", "teacher", ui.select)
    office.fill("Mata pelajaran", ["fisika_12"], ui.select)
    office.press("save")
    await office.sees("Ubah peran?")
    office.say("Ubah peran")
    await office.sees("Tersimpan.")
    assert (office.account("siti").role, office.account("siti").subjects) == (Role.TEACHER, ("fisika_12",))


async def test_subjects_are_given_to_a_teacher(office: Office) -> None:
    for name in ("Fisika", "Kimia"):
        await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, name)
    await office.sees("kimia_12")
    await opened(office, "pak.budi")
    office.fill("Mata pelajaran", ["fisika_12", "kimia_12"], ui.select)
    office.press("save")
    await office.sees("Fisika 12, Kimia 12")
    assert office.account("pak.budi").subjects == ("fisika_12", "kimia_12")


async def test_a_demoted_administrator_changes_nothing(office: Office) -> None:
    await asyncio.to_thread(
        office.school.accounts.add, OPERATOR, "ratna", "Ratna", Role.ADMIN, "kata sandi lain", must_change=False
    )
    await opened(office, "siti")
    await asyncio.to_thread(office.school.accounts.set_role, OPERATOR, "bu.ani", Role.STUDENT)
    with pytest.raises((NexusError, AssertionError, RuntimeError)):
        office.say("Nonaktifkan akun")
        await office.sees("Nonaktifkan akun?")
    assert not office.account("siti").disabled
