"""Files that come in: who may send them, how large, and what stays behind."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.ui.attack import Browser
from tests.ui.pages import DEEDS
from tests.ui.school import School
from tests.ui.server import listening
from ui.uploads import BOOK_UPLOAD, shown_name


def left_behind(school: School) -> list[Path]:
    return list(school.config.home.rglob("upload-*"))


async def test_a_teacher_sends_a_file_and_nobody_else(school: School) -> None:
    async with listening(school) as url:
        teacher = Browser(url, school.token("pak.budi"))
        path = "/uji/unggah?judul=Fisika%20%26%20kita&filename=..%2F..%2Fetc%2Fpasswd%00.pdf"
        status, answer = await teacher.request("POST", path, b"%PDF-" + b"x" * 50_000)
        assert (status, answer) == (200, '{"size":50005}')
        assert DEEDS == ["pak.budi passwd.pdf b'%PDF-' Fisika & kita"]
        for other in (
            Browser(url),
            Browser(url, school.token("siti")),
            Browser(url, teacher.token, "http://evil.test"),
        ):
            assert (await other.request("POST", path, b"%PDF-"))[0] == 403
        assert len(DEEDS) == 1
        assert left_behind(school) == []


async def test_what_is_too_large_never_reaches_the_disk(school: School) -> None:
    async with listening(school) as url:
        teacher = Browser(url, school.token("pak.budi"))
        for path, size in (("/uji/unggah", 70_000), (BOOK_UPLOAD, 1_000_001), ("/masuk", 70_000)):
            assert (await teacher.request("POST", path, b"x" * size))[0] == 413
        assert left_behind(school) == []


async def test_a_length_that_lies_is_counted(school: School) -> None:
    async def endless() -> object:
        for _chunk in range(400):
            yield b"x" * 10_000

    async with listening(school) as url:
        teacher = Browser(url, school.token("pak.budi"))
        async with aiohttp.ClientSession() as session:
            try:
                async with session.post(url + "/uji/unggah", data=endless(), headers=teacher.headers) as answer:
                    assert answer.status == 413
            except aiohttp.ClientConnectionError:
                pass  # the server hung up while we were still sending
        await asyncio.sleep(0.2)
        assert DEEDS == []
        assert left_behind(school) == []


async def test_a_sender_who_leaves_leaves_nothing(school: School) -> None:
    async with listening(school) as url:
        token = school.token("pak.budi")
        host, port = url.removeprefix("http://").split(":")
        _reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /uji/unggah HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: nexus_session={token}\r\n"
        writer.write(f"{head}Content-Length: 60000\r\n\r\n%PDF-half".encode())
        await writer.drain()
        await asyncio.sleep(0.3)
        assert len(left_behind(school)) == 1
        writer.close()
        await asyncio.sleep(0.5)
        assert left_behind(school) == []


async def test_nicegui_own_uploads_are_shut(school: School) -> None:
    async with listening(school) as url:
        admin = Browser(url, school.token("bu.ani"))
        assert (await admin.request("POST", "/_nicegui/client/x/upload/5", b"x"))[0] == 403


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a/b/c.pdf", "c.pdf"), ("C:\\x\\y.pdf", "y.pdf"), ("", "buku.pdf"), ("\x00\n", "buku.pdf"), ("..", "..")],
)
def test_a_file_name_is_only_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown
