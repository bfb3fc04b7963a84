"""The routes of the page viewer: pictures and places of passages, told in words when there is none."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import httpx
import pytest

from tests.ui.school import Furnished, School, furnished_school
from tests.ui.site import Visitor, new_visitor, running

ADDRESS = "/halaman/informatika_10/0123456789abcdef.0/1"


@pytest.fixture
async def visitor(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Visitor]:
    """Siti in front of a school whose informatika_10 has no book."""
    school: School = furnished_school(tmp_path / "home", sqlite_template)
    async with running(school):
        visitor = new_visitor()
        visitor.sign_in(school.token("siti"))
        yield visitor
    await cast(Furnished, school).close()


async def get(visitor: Visitor, path: str) -> httpx.Response:
    return await visitor.http_client.get(path)


@pytest.mark.parametrize("path", [ADDRESS, f"{ADDRESS}/sorot", f"{ADDRESS}?lebar=99999999999", f"{ADDRESS}?lebar=x"])
async def test_what_is_not_there_is_told_in_words(visitor: Visitor, path: str) -> None:
    answer = await get(visitor, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Belum ada buku" in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "%2e%2e", "1%00"])
async def test_odd_pages_are_no_pages(visitor: Visitor, page: str) -> None:
    assert (await get(visitor, f"/halaman/informatika_10/k.0/{page}")).status_code == 404


async def test_nobody_sees_pages_without_signing_in(visitor: Visitor) -> None:
    visitor.http_client.cookies.clear()
    for path in (ADDRESS, f"{ADDRESS}/sorot"):
        answer = await get(visitor, path)
        assert (answer.status_code, "keluar" in answer.text) == (403, True), answer.text
