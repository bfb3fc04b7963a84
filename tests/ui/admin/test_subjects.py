"""Adding and removing subjects."""

import asyncio

import pytest
from nicegui import ui

from nexus_appliance.school.callers import OPERATOR
from tests.school.shelf import put_book
from tests.ui.admin.office import Office


async def test_a_subject_is_added_with_its_code_shown_before(office: Office) -> None:
    await office.sees("Begitu ditambahkan")
    office.press("step")
    await office.sees("Kode dibuat dari nama dan kelas.")
    office.fill("Kelas", 12, ui.select)
    office.fill("Nama mata pelajaran", "Fisika")
    await office.sees("Kode: fisika_12")
    office.press("save")
    await office.sees("“Fisika 12” ditambahkan.")
    await office.sees("1 mata pelajaran")
    await office.misses("Begitu ditambahkan")
    assert [one.code for one in office.school.subjects.list(OPERATOR)] == ["fisika_12"]


async def test_enter_saves_and_the_next_one_has_the_same_grade(office: Office) -> None:
    office.press("step")
    office.fill("Kelas", 7, ui.select)
    office.fill("Nama mata pelajaran", "IPA")
    office.visitor.find(kind=ui.input, content="Nama mata pelajaran").trigger("keydown.enter")
    await office.sees("1 mata pelajaran")
    office.press("add-subject")
    await office.until(lambda: office.field("Kelas", ui.select).value == 7)


async def test_the_preview_knows_the_codes_that_are_taken(office: Office) -> None:
    await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, "Fisika")
    await office.sees("fisika_12")
    office.press("add-subject")
    office.fill("Kelas", 12, ui.select)
    office.fill("Nama mata pelajaran", "Fisika!")
    await office.sees("Kode: fisika_12_2")


@pytest.mark.parametrize(
    ("grade", "name", "label", "sentence"),
    [
        (None, "Fisika", "Kelas", "Kelas ini tidak ada"),
        (12, "  ", "Nama mata pelajaran", "Nama ini tidak dapat dipakai"),
        (12, "fisika", "Nama mata pelajaran", "sudah ada di kelas ini"),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    office: Office, grade: int | None, name: str, label: str, sentence: str
) -> None:
    await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, "Fisika")
    await office.sees("fisika_12")
    office.press("add-subject")
    office.fill("Kelas", grade, ui.select)
    office.fill("Nama mata pelajaran", name)
    office.press("save")
    field = office.field(label, ui.select if label == "Kelas" else ui.input)
    await office.until(lambda: bool(field.props.get("error")))
    assert sentence in field.props["error-message"]
    office.fill(label, 11 if label == "Kelas" else "Fisika Terapan", type(field))
    assert not field.props.get("error")


async def test_subjects_are_grouped_by_grade_and_follow_the_database(office: Office) -> None:
    for grade, name in ((12, "Kimia"), (7, "IPA"), (12, "Biologi")):
        await asyncio.to_thread(office.school.subjects.add, OPERATOR, grade, name)
    await office.sees("3 mata pelajaran")
    tree = str(office.visitor.current_layout)
    assert tree.index("Kelas 7") < tree.index("ipa_7") < tree.index("Kelas 12")
    assert tree.index("Kelas 12") < tree.index("biologi_12") < tree.index("kimia_12")


async def test_an_empty_subject_is_removed_after_a_question(office: Office) -> None:
    await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, "Fisika")
    await office.sees("fisika_12")
    office.press("remove-subject")
    await office.sees("Hapus “Fisika 12”?")
    office.say("Batal")
    await office.misses("Hapus “Fisika 12”?")
    assert office.school.subjects.list(OPERATOR)
    office.press("remove-subject")
    await office.sees("Hapus “Fisika 12”?")
    office.say("Hapus")
    await office.sees("“Fisika 12” dihapus.")
    await office.sees("Begitu ditambahkan")
    assert not office.school.subjects.list(OPERATOR)


async def test_a_subject_with_books_cannot_be_removed(office: Office) -> None:
    subject = await asyncio.to_thread(office.school.subjects.add, OPERATOR, 12, "Fisika")
    await office.sees("fisika_12")
    office.press("remove-subject")
    await office.sees("Hapus “Fisika 12”?")
    await asyncio.to_thread(put_book, office.school.database, subject.id)
    await office.sees("1 buku")
    await office.visitor.should_not_see(marker="remove-subject")
    office.say("Hapus")
    await office.sees("masih punya buku")
    assert office.school.subjects.list(OPERATOR)
