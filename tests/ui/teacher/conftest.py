"""A teacher at /guru."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ui.site import new_visitor, running
from tests.ui.teacher.staffroom import Page, StaffRoom


@pytest.fixture
async def room(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[StaffRoom]:
    """An appliance with one account of each role and no subject."""
    room = StaffRoom(tmp_path / "home", sqlite_template)
    async with running(room.as_school()):
        yield room
    await room.appliance.close()


@pytest.fixture
def page(room: StaffRoom) -> Page:
    """Somebody's browser, not signed in yet."""
    return Page(room, new_visitor())
