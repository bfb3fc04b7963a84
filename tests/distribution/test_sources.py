import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from nexus_appliance.distribution.sources import FolderSource, HttpSource, NotThere, Source, Unreachable, whole
from tests.distribution.servers import web_server

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "channel"
    (root / "packs").mkdir(parents=True)
    (root / "packs" / "a").write_bytes(CONTENT)
    (tmp_path / "secret").write_bytes(b"secret")
    return root


@pytest.fixture(params=["folder", "http", "http without ranges"])
def source(request: pytest.FixtureRequest, folder: Path) -> Iterator[Source]:
    if request.param == "folder":
        yield FolderSource(folder)
        return
    with web_server(folder, ranges=request.param == "http") as url:
        yield HttpSource(url)


@pytest.mark.parametrize(("offset", "length"), [(0, 10), (0, len(CONTENT)), (70_000, 100_000), (255_990, 100)])
def test_ranges(source: Source, offset: int, length: int) -> None:
    assert b"".join(source.range("packs/a", offset, length)) == CONTENT[offset : offset + length]
    assert source.requests == 1
    assert source.received >= len(CONTENT[offset : offset + length])


def test_nothing_lies_behind_the_end(source: Source) -> None:
    assert list(source.range("packs/a", len(CONTENT) + 5, 10)) == []


def test_what_is_not_there(source: Source) -> None:
    for path in ("packs/b", "b/a"):
        with pytest.raises(NotThere):
            list(source.range(path, 0, 10))


def test_a_file_too_long_is_not_read_to_its_end(source: Source) -> None:
    assert whole(source, "packs/a", len(CONTENT)) == CONTENT
    with pytest.raises(ValueError, match="too long"):
        whole(source, "packs/a", len(CONTENT) - 1)


@pytest.mark.parametrize(
    "path", ["../secret", "packs/../../secret", "/etc/passwd", "packs//a", "./packs/a", "packs", ""]
)
def test_a_folder_is_never_left(folder: Path, path: str) -> None:
    with pytest.raises(NotThere):
        list(FolderSource(folder).range(path, 0, 10))


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_and_pipes_are_not_read(folder: Path) -> None:
    (folder / "link").symlink_to(folder.parent / "secret")
    (folder / "folder").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    for path in ("link", "folder/secret", "pipe"):
        with pytest.raises(NotThere):
            list(FolderSource(folder).range(path, 0, 10))


def test_a_stick_that_is_pulled_out(folder: Path) -> None:
    with pytest.raises(Unreachable):
        list(FolderSource(folder.parent / "gone").range("packs/a", 0, 10))


def test_a_server_that_is_gone(folder: Path) -> None:
    with web_server(folder) as url:
        source = HttpSource(url)
    with pytest.raises(Unreachable):
        list(source.range("packs/a", 0, 10))


@pytest.mark.parametrize("status", [301, 302, 500, 503])
def test_other_answers_are_no_content(folder: Path, status: int) -> None:
    def answer(handler: BaseHTTPRequestHandler, path: str) -> bool:
        handler.send_response(status)
        handler.send_header("Location", "/packs/a")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    with web_server(folder, answer) as url, pytest.raises(Unreachable):
        list(HttpSource(url).range("packs/b", 0, 10))


def test_another_range_than_the_one_asked_for(folder: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler, path: str) -> bool:
        handler.send_response(206)
        handler.send_header("Content-Range", "bytes 0-9/100")
        handler.send_header("Content-Length", "10")
        handler.end_headers()
        handler.wfile.write(b"0123456789")
        return True

    with web_server(folder, answer) as url, pytest.raises(Unreachable):
        list(HttpSource(url).range("packs/a", 5, 10))


def test_an_answer_that_breaks_off(folder: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler, path: str) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"0123456789")
        handler.close_connection = True
        return True

    with web_server(folder, answer) as url, pytest.raises(Unreachable):
        list(HttpSource(url).range("packs/a", 0, 1000))


def test_a_bound_on_the_rate(folder: Path) -> None:
    slept: list[float] = []
    with web_server(folder) as url:
        source = HttpSource(url, rate=64_000, sleep=slept.append)
        assert b"".join(source.range("packs/a", 0, len(CONTENT))) == CONTENT
    assert max(slept) == pytest.approx(4, abs=0.5)


@pytest.mark.parametrize(
    "url",
    [
        "https://kanal.example/nexus",
        "http://127.0.0.1:8000",
        "http://192.168.1.5/",
        "http://[::1]:80",
        "http://localhost",
    ],
)
def test_addresses(url: str) -> None:
    HttpSource(url)


@pytest.mark.parametrize(
    "url",
    [
        *("", "ftp://kanal.example", "http://kanal.example", "http://8.8.8.8", "http://0.0.0.0", "https://"),
        *("file:///etc", "https://user:word@kanal.example", "kanal.example"),
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        HttpSource(url)
