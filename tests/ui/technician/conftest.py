"""A technician at /teknisi."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ui.site import new_visitor, running
from tests.ui.teacher.staffroom import Page, StaffRoom


@pytest.fixture
async def room(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[StaffRoom]:
    """An appliance with one account of each role and no subject; the model is never started."""
    room = StaffRoom(tmp_path / "home", sqlite_template)
    async with running(room.as_school()):
        yield room
    await room.appliance.close()


@pytest.fixture
async def page(room: StaffRoom) -> Page:
    """The technician's browser, not on the page yet."""
    return Page(room, new_visitor())
