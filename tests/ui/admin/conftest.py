"""An administrator at /admin."""

from collections.abc import AsyncIterator

import pytest

from tests.ui.admin.office import Office
from tests.ui.school import School
from tests.ui.site import new_visitor, running


@pytest.fixture
async def office(school: School) -> AsyncIterator[Office]:
    """The page, opened."""
    async with running(school):
        office = Office(school, new_visitor())
        await office.open()
        yield office
