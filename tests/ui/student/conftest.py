from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ui.site import new_visitor, running
from tests.ui.student.classroom import Classroom, Student


@pytest.fixture
async def room(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Classroom]:
    """An appliance with one student, without subjects; the model runs."""
    room = Classroom(tmp_path / "home", sqlite_template)
    room.add_student()
    await room.appliance.scheduler.start()
    async with running(room.as_school()):
        yield room
    await room.appliance.close()


@pytest.fixture
async def student(room: Classroom) -> Student:
    """A student who has opened the page of a school with one book."""
    room.add_book(room.add_subject())
    student = Student(room, new_visitor())
    await student.open()
    return student
