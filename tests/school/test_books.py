"""Books: listed, removed, brought back."""

from datetime import timedelta

import pytest

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.generations import active_packs, forget
from nexus_appliance.storage.schema import utc_now
from tests.school.conftest import School
from tests.school.shelf import put_book


def answering(school: School, subject_id: int) -> int:
    with school.database.read() as session:
        return len(active_packs(session, subject_id)[1])


def test_a_book_is_listed_with_what_its_teacher_wants_to_know(school: School) -> None:
    subject = school.subjects.add(OPERATOR, 12, "Fisika")
    first, second = put_book(school.database, subject.id), put_book(school.database, subject.id, "Fisika Lanjut")
    views = school.books.list(OPERATOR, "fisika_12")
    assert [(view.id, view.title) for view in views] == [(first, "Fisika Dasar"), (second, "Fisika Lanjut")]
    view = views[0]
    assert (view.subject, view.filename, view.semester, view.pages, view.chunks) == (
        "fisika_12",
        "fisika.pdf",
        1,
        12,
        3,
    )
    assert view.removed_at is None


def test_removing_a_book_can_be_undone_until_it_is_swept(school: School) -> None:
    subject = school.subjects.add(OPERATOR, 12, "Fisika")
    book = put_book(school.database, subject.id)
    heard: list[frozenset[str]] = []
    school.database.subscribe(heard.append)
    for _ in range(2):
        school.books.remove(OPERATOR, book)
    assert answering(school, subject.id) == 0
    assert school.books.list(OPERATOR, "fisika_12")[0].removed_at is not None
    for _ in range(2):
        school.books.restore(OPERATOR, book)
    assert answering(school, subject.id) == 1
    assert school.books.list(OPERATOR, "fisika_12")[0].removed_at is None
    assert sum("books" in topics for topics in heard) == 2
    school.books.remove(OPERATOR, book)
    with school.database.write() as session:
        assert forget(session, utc_now() + timedelta(seconds=1)) == 1
    with pytest.raises(Invalid) as caught:
        school.books.restore(OPERATOR, book)
    assert caught.value.code is Failure.BOOK_SWEPT
    assert school.books.list(OPERATOR, "fisika_12") == []


@pytest.mark.parametrize("book", [0, -1, 7, 2**31, 2**70])
def test_books_that_do_not_exist(school: School, book: int) -> None:
    with pytest.raises(Missing) as caught:
        school.books.remove(OPERATOR, book)
    assert caught.value.code is Failure.BOOK_UNKNOWN
