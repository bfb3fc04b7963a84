"""Notices belong to one person."""

from collections.abc import Callable

from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.school.notices import Notices
from tests.school.conftest import School


def test_notices_are_posted_listed_and_read(school: School, person: Callable[..., Caller]) -> None:
    teacher, other = person(Role.TEACHER), person(Role.TEACHER)
    heard: list[frozenset[str]] = []
    school.database.subscribe(heard.append)
    with school.database.write() as session:
        for number in range(3):
            Notices.post(session, teacher.user_id or 0, "book_ready", {"title": "Fisika", "pages": number})
    assert heard == [frozenset({"notices"})]
    views = school.notices.list(teacher)
    assert [view.values["pages"] for view in views] == [2, 1, 0]
    assert (views[0].kind, views[0].read, school.notices.unread(teacher)) == ("book_ready", False, 3)
    assert len(school.notices.list(teacher, limit=2)) == 2
    school.notices.mark_read(other, [view.id for view in views])
    assert school.notices.unread(teacher) == 3
    school.notices.mark_read(teacher, [views[0].id, 2**70, -1])
    assert [view.read for view in school.notices.list(teacher)] == [True, False, False]
    assert school.notices.list(other) == []


def test_the_operator_has_none(school: School) -> None:
    assert school.notices.list(OPERATOR) == []
    assert school.notices.unread(OPERATOR) == 0
    school.notices.mark_read(OPERATOR, [1])
