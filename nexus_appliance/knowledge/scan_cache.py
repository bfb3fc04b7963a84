"""Pages that were read from pictures, kept while their book is on its way in.

A page takes seconds to read and a book an hour; a cut must not cost that twice. What lies here is not trusted: each
file carries the hash of its content and is read strictly; one that is spoiled is a page to be read again.
"""

import contextlib
import hashlib
import json
import os
import shutil
from pathlib import Path

from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.scan_json import from_plain, to_plain

VERSION = 2
"""Of the way in which pages are read: what another one read is not used."""
PAGE_LIMIT = 4 * 1024 * 1024
"""Bytes of one page; a full one has 40,000."""
BOOKS = 8
"""Books whose pages are kept: of those that failed or were cancelled the oldest go."""


class ScanCache:
    """The kept pages of one PDF in `root`, read in one way (`method`: letters, digits, dots and hyphens)."""

    def __init__(self, root: Path, sha256: str, method: str) -> None:
        self._root = root
        self._book = root / sha256
        self._folder = self._book / f"{VERSION}-{method}"

    def recall(self, page: int) -> Scan | None:
        """The page as it was read before; None if it was not, or what is there is spoiled."""
        try:
            with self._file(page).open("rb") as file:
                raw = file.read(PAGE_LIMIT + 1)
            digest, _, content = raw.partition(b"\n")
            if digest.decode() != _digest(page, content):
                return None
            return from_plain(json.loads(content))
        except (OSError, ValueError, RecursionError):
            return None

    def keep(self, page: int, scan: Scan) -> None:
        """Best effort: on a full disk the page is read again after a cut."""
        content = json.dumps(to_plain(scan), ensure_ascii=False, separators=(",", ":")).encode()
        if len(content) > PAGE_LIMIT:
            return
        with contextlib.suppress(OSError):
            self._make()
            draft = self._file(page).with_suffix(".draft")
            with draft.open("wb") as file:
                file.write(_digest(page, content).encode() + b"\n" + content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._file(page))

    def _make(self) -> None:
        """Create the folder; the first page of a book sends the oldest other books away."""
        if self._folder.is_dir():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = sorted((book for book in self._root.iterdir() if book != self._book), key=lambda b: b.stat().st_mtime)
        for book in others[: max(0, len(others) - BOOKS + 1)]:
            shutil.rmtree(book, ignore_errors=True)

    def _file(self, page: int) -> Path:
        return self._folder / f"{page}.json"


def forget(root: Path, sha256: str) -> None:
    """Delete the kept pages of a PDF: its book is in."""
    shutil.rmtree(root / sha256, ignore_errors=True)


def _digest(page: int, content: bytes) -> str:
    return hashlib.sha256(b"%d\n" % page + content).hexdigest()
