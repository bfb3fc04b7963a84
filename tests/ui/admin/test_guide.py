"""The first steps of a young school."""

import asyncio

from nicegui import ui

from nexus_appliance.school.callers import OPERATOR
from tests.school.shelf import put_book
from tests.ui.admin.office import Office


async def test_the_guide_leads_from_step_to_step_and_goes(office: Office) -> None:
    school = office.school
    await asyncio.to_thread(school.accounts.disable, OPERATOR, "pak.budi")
    await office.sees("Langkah berikutnya")
    await office.sees("Pilih kelas dan ketik namanya.")
    subject = await asyncio.to_thread(school.subjects.add, OPERATOR, 12, "Fisika")
    await office.misses("Pilih kelas dan ketik namanya.")
    await office.sees("Tambah guru")
    await asyncio.to_thread(school.accounts.enable, OPERATOR, "pak.budi")
    await office.misses("Tambah guru")
    await office.sees("Buka Buku")
    await asyncio.to_thread(put_book, school.database, subject.id)
    await office.misses("Langkah berikutnya")


async def test_the_guide_opens_the_form_with_the_right_role(office: Office) -> None:
    await asyncio.to_thread(office.school.accounts.disable, OPERATOR, "pak.budi")
    await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, "Fisika")
    await office.sees("Tambah guru")
    office.press("step")
    await office.sees("Nama lengkap")
    assert office.field("Peran", ui.select).value == "teacher"


async def test_a_missing_student_brings_the_guide_back(office: Office) -> None:
    subject = await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, "Fisika")
    await asyncio.to_thread(put_book, office.school.database, subject.id)
    await office.misses("Langkah berikutnya")
    await asyncio.to_thread(office.school.accounts.disable, OPERATOR, "siti")
    await office.sees("Tambah siswa")
