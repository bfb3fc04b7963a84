"""Where a channel is written: a folder here, a bucket in AWS."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """Files by path, `/` between its parts. A write is whole or not at all."""

    def read(self, path: str) -> bytes | None:
        """What the file holds; None if there is none."""

    def write(self, path: str, content: bytes | Path) -> None:
        """Write bytes, or a copy of a file."""


class FolderStore:
    """A channel's folder, to be copied to a stick or a web server."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes | None:
        """As `Store.read`."""
        try:
            return (self._root / path).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, path: str, content: bytes | Path) -> None:
        """As `Store.write`; what is written survives a power loss."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                if isinstance(content, Path):
                    with content.open("rb") as given:
                        shutil.copyfileobj(given, file, 1 << 20)
                else:
                    file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(draft, 0o644)
            os.replace(draft, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise
