"""A school with people, an empty school, and visitors to them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.ui.school import School, found_school
from tests.ui.site import Visitor, new_visitor, running


@pytest.fixture
def school(tmp_path: Path, sqlite_template: Path) -> Iterator[School]:
    """A school with one account of each role."""
    school = found_school(tmp_path / "home", sqlite_template)
    yield school
    school.close()


@pytest.fixture
def empty_school(tmp_path: Path, sqlite_template: Path) -> Iterator[School]:
    """A school without any account."""
    school = found_school(tmp_path / "empty", sqlite_template, people=False)
    yield school
    school.close()


@pytest.fixture
async def visitor(school: School) -> AsyncIterator[Visitor]:
    """Somebody who has just opened the browser."""
    async with running(school):
        yield new_visitor()
