"""Where a channel is read from: a folder, such as a stick, or a web server. Neither is trusted."""

import ipaddress
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

BLOCK = 1 << 16
"""Bytes read at a time: a stick that is pulled out, or a wish to stop, is noticed in between."""
CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
"""Of silence, until a server counts as gone."""
SLOWEST = 100
"""Bytes a second below which a server is only holding us up."""


class NotThere(Exception):
    """The channel has no such file."""


class Unreachable(Exception):
    """The channel cannot be read now."""


class Source(Protocol):
    """The files of a channel. `received` counts the bytes that came, `requests` the questions for them."""

    received: int
    requests: int

    def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """Bytes from `offset` on, at most `length`, fewer only if the file ends.

        Raises `NotThere`, `Unreachable`, while iterating too.
        """


def whole(source: Source, path: str, limit: int) -> bytes:
    """A file of at most `limit` bytes; raises as `Source.range`, and ValueError for a longer one."""
    content = b"".join(source.range(path, 0, limit + 1))
    if len(content) > limit:
        raise ValueError("a file too long")
    return content


class FolderSource:
    """A channel in a folder. Only regular files in real folders below it are read: no links, pipes or devices."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.received = 0
        self.requests = 0

    def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """As `Source.range`."""
        self.requests += 1
        try:
            with os.fdopen(self._open(path), "rb") as file:
                file.seek(offset)
                while length > 0 and (block := file.read(min(length, BLOCK))):
                    self.received += len(block)
                    length -= len(block)
                    yield block
        except (FileNotFoundError, NotADirectoryError) as error:
            if not self._root.is_dir():
                raise Unreachable from error
            raise NotThere(path) from error
        except OSError as error:  # pulled out, broken, or no right to read
            raise Unreachable from error

    def _open(self, path: str) -> int:
        """A regular file; `O_NONBLOCK` keeps a pipe from holding us up until the look at what it is."""
        place = self._root
        for part in path.split("/"):
            place /= part
            if part in ("", ".", "..") or place.is_symlink():
                raise FileNotFoundError(path)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(place, flags)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileNotFoundError(path)
        return descriptor


class HttpSource:
    """A channel on a web server: https, or http on the school's own network. Redirects are not followed."""

    def __init__(
        self,
        url: str,
        rate: int = 0,
        sleep: Callable[[float], None] = time.sleep,
        queries: Mapping[str, str] | None = None,
    ) -> None:
        """`rate` bounds what comes in, in bytes a second (0: no bound).

        `queries`: what is appended to addresses whose paths begin so. Raises ValueError for another kind of URL.
        """
        parts = urlsplit(checked_address(url))
        self._base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"
        self._query = parts.query
        self._queries = queries or {}
        self._rate = rate
        self._sleep = sleep
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), maxsize=1
        )
        self.received = 0
        self.requests = 0

    def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """As `Source.range`."""
        self.requests += 1
        query = next((query for start, query in self._queries.items() if path.startswith(start)), self._query)
        url = f"{self._base}{quote(path)}{'?' if query else ''}{query}"
        headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
        try:
            response = self._pool.request("GET", url, headers=headers, preload_content=False, redirect=False)
            try:
                yield from self._blocks(response, path, offset, length)
            finally:
                response.close()
        except HTTPError as error:
            raise Unreachable from error

    def _blocks(self, response: urllib3.BaseHTTPResponse, path: str, offset: int, length: int) -> Iterator[bytes]:
        if response.status in (403, 404):  # S3 says 403 of what is not there to those who may not list
            self.received += len(response.read(BLOCK))
            raise NotThere(path)
        if response.status == 416:
            return
        skip = _skipped(response, offset)
        began, came = time.monotonic(), 0
        while length > 0 and (block := response.read1(BLOCK)):
            self.received += len(block)
            came += len(block)
            passed = time.monotonic() - began
            if passed > READ_SECONDS + came / SLOWEST:
                raise Unreachable
            if self._rate:
                self._sleep(max(0.0, came / self._rate - passed))
            block, skip = block[skip:], max(0, skip - len(block))
            if block:
                yield block[:length]
                length -= len(block[:length])


def _skipped(response: urllib3.BaseHTTPResponse, offset: int) -> int:
    """How many bytes come before those that were asked for: a server need not know ranges."""
    if response.status == 200:
        return offset
    if response.status != 206 or not response.headers.get("Content-Range", "").startswith(f"bytes {offset}-"):
        raise Unreachable
    return 0


def checked_address(url: str) -> str:
    """`url` if we may talk to it: https, or http on the school's own network. Raises ValueError."""
    parts = urlsplit(url)
    allowed = parts.scheme == "https" or (parts.scheme == "http" and _is_near(parts.hostname or ""))
    if not allowed or not parts.hostname or parts.username is not None or parts.fragment:
        raise ValueError("not an address that we talk to")
    return url.rstrip("/")


def _is_near(host: str) -> bool:
    """Whether a host is this machine or one of the school's network, named by its address."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified
