"""Subjects: codes, folders, announcements, removal."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from nexus_appliance.errors import Failure, Invalid, Missing, NotAllowed, Unavailable
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.school.subjects import Subjects, SubjectView
from nexus_appliance.storage.generations import retire
from nexus_appliance.storage.schema import IngestJob, Pack
from tests.school.conftest import School
from tests.school.shelf import put_book


def folders(school: School) -> list[str]:
    return sorted(path.name for path in (school.config.home / "books").glob("*"))


def test_a_subject_has_a_row_a_folder_and_is_announced(school: School) -> None:
    heard: list[frozenset[str]] = []
    school.database.subscribe(heard.append)
    view = school.subjects.add(OPERATOR, 12, "  Fisika ")
    assert view == SubjectView(view.id, "fisika_12", 12, "Fisika", 0, answers=False)
    assert school.subjects.list(OPERATOR) == [view]
    assert school.subjects.get(OPERATOR, "fisika_12") == view
    assert folders(school) == ["fisika_12"]
    assert heard == [frozenset({"subjects"})]


@pytest.mark.parametrize("name", ["Fisika", " fisika ", "FISIKA", "Ｆisika"])
def test_the_same_name_in_the_same_grade_is_taken(school: School, name: str) -> None:
    school.subjects.add(OPERATOR, 12, "Fisika")
    with pytest.raises(Invalid) as caught:
        school.subjects.add(OPERATOR, 12, name)
    assert caught.value.code is Failure.SUBJECT_TAKEN
    assert school.subjects.add(OPERATOR, 11, name).code == "fisika_11"


def test_different_names_with_one_code_get_a_suffix(school: School) -> None:
    names = ["C++", "C#", "c", "😀", "🎨", "العربية"]
    codes = [school.subjects.add(OPERATOR, 10, name).code for name in names]
    assert codes == ["c_10", "c_10_2", "c_10_3", "mapel_10", "mapel_10_2", "mapel_10_3"]
    assert folders(school) == sorted(codes)
    assert school.subjects.add(OPERATOR, 2, "C 10").code == "c_10_2_2"


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\nb", "\u200d"])
def test_names_that_cannot_be(school: School, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        school.subjects.add(OPERATOR, 10, name)
    assert caught.value.code is Failure.NAME_INVALID
    assert school.subjects.list(OPERATOR) == []


def test_many_admins_add_the_same_subject_at_the_same_moment(school: School) -> None:
    def add(_number: int) -> str:
        try:
            return school.subjects.add(OPERATOR, 12, "Fisika").code
        except Invalid as error:
            return error.code.value

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(add, range(6)))
    assert sorted(results) == ["fisika_12"] + ["subject_taken"] * 5


def test_a_folder_that_cannot_be_made_leaves_no_row(school: School) -> None:
    school.config.home.mkdir()
    (school.config.home / "books").write_text("in the way")
    with pytest.raises(Unavailable) as caught:
        school.subjects.add(OPERATOR, 12, "Fisika")
    assert caught.value.code is Failure.HOME_NOT_WRITABLE
    assert school.subjects.list(OPERATOR) == []


def test_who_sees_which_subjects(school: School, person: Callable[..., Caller]) -> None:
    physics = school.subjects.add(OPERATOR, 12, "Fisika")
    school.subjects.add(OPERATOR, 12, "Biologi")
    school.subjects.add(OPERATOR, 2, "Seni")
    everything = ["seni_2", "biologi_12", "fisika_12"]
    teacher = person(Role.TEACHER, teaches=[physics.id])
    for caller, codes in (
        (person(Role.STUDENT), everything),
        (person(Role.ADMIN), everything),
        (OPERATOR, everything),
        (teacher, ["fisika_12"]),
        (person(Role.TEACHER), []),
    ):
        assert [view.code for view in school.subjects.list(caller)] == codes
    with pytest.raises(NotAllowed):
        school.subjects.get(teacher, "biologi_12")


@pytest.mark.parametrize("code", ["fisika_11", "", "FISIKA_12", "a\x00b", "\ud800", "x" * 1000, 5, None, {"a": 1}])
def test_subjects_that_do_not_exist(school: School, code: str) -> None:
    for call in (school.subjects.get, school.subjects.remove, school.books.list):
        with pytest.raises(Missing) as caught:
            call(OPERATOR, code)
        assert caught.value.code is Failure.SUBJECT_UNKNOWN


def test_a_subject_is_removed_when_it_has_no_books(school: School) -> None:
    view = school.subjects.add(OPERATOR, 12, "Fisika")
    book = put_book(school.database, view.id)
    assert school.subjects.list(OPERATOR) == [dataclasses.replace(view, book_count=1, answers=True)]
    assert removal(school) is Failure.SUBJECT_IN_USE
    school.books.remove(OPERATOR, book)
    assert school.subjects.list(OPERATOR) == [view]
    assert removal(school) is None
    assert school.subjects.list(OPERATOR) == []
    assert folders(school) == []
    assert school.subjects.add(OPERATOR, 12, "Fisika").id > view.id


def test_a_subject_with_a_book_on_its_way_stays(school: School) -> None:
    view = school.subjects.add(OPERATOR, 12, "Fisika")
    job = IngestJob(subject_id=view.id, title="t", filename="f", source_sha256="0" * 64, state="running")
    with school.database.write() as session:
        session.add(job)
    assert removal(school) is Failure.SUBJECT_IN_USE
    with school.database.write() as session:
        session.merge(job).state = "failed"
    assert removal(school) is None


def removal(school: School) -> Failure | None:
    try:
        school.subjects.remove(OPERATOR, "fisika_12")
    except Invalid as error:
        return error.code
    return None


def test_a_folder_that_still_holds_a_pdf_stays(school: School) -> None:
    school.subjects.add(OPERATOR, 12, "Fisika")
    pdf: Path = school.config.home / "books" / "fisika_12" / "a.pdf"
    pdf.write_bytes(b"%PDF-")
    school.subjects.remove(OPERATOR, "fisika_12")
    assert pdf.exists()


def test_subjects_survive_a_restart(school: School) -> None:
    view = school.subjects.add(OPERATOR, 12, "Fisika")
    assert Subjects(school.config, school.database).list(OPERATOR) == [view]


def test_a_subject_answers_while_a_pack_of_it_does(school: School) -> None:
    subject = school.subjects.add(OPERATOR, 12, "Fisika")
    assert not subject.answers
    put_book(school.database, subject.id, "Fisika Dasar")
    assert school.subjects.get(OPERATOR, "fisika_12").answers
    with school.database.write() as session:
        retire(session, session.scalars(select(Pack.id)).one())
    assert not school.subjects.get(OPERATOR, "fisika_12").answers
