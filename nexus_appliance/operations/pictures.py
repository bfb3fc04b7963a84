"""Pictures of the pages that are cited, with the places of the passage on them."""

import contextlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from nexus_appliance.children import Child, ChildGone, Message
from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Missing, Unavailable
from nexus_appliance.knowledge.library import Cited, Library
from nexus_appliance.operations.marking import Rectangle, find_on_scan
from nexus_appliance.operations.picture_child import serve_pictures
from nexus_appliance.school.access import readable_subject
from nexus_appliance.school.callers import Caller
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import stored_pdf

WIDTHS = (800, 1600)
"""Pixels: for a phone, and to look closely."""
PATIENCE = 20.0
"""Seconds that one page may take; an ordinary one takes a tenth, also to be found."""
TRIM = 0.8
"""Share of the cache's limit that is left after the oldest pictures went."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """Where a passage stands on a page; `page_count` of the book, `printed` the number on the page if known."""

    rectangles: tuple[Rectangle, ...]
    page_count: int
    printed: str | None


class Pictures:
    """Draws pages for whoever may ask about the subject. Synchronous; calls take turns at one child process."""

    def __init__(self, config: Config, database: Database, library: Library) -> None:
        self._config = config
        self._database = database
        self._library = library
        self._folder = config.home / "cache" / "pages"
        self._turn = threading.Lock()
        self._child: Child | None = None

    def draw(self, caller: Caller, subject: str, key: str, page: int, width: int) -> bytes:
        """WebP of a page of the book that a passage (`Citation.key`) is from; `width` is one of `WIDTHS`.

        Raises `NotAllowed`, `Missing` (subject_unknown, page_unknown) and `Unavailable` (picture_failed).
        """
        _, cited, pdf = self._located(caller, subject, key, page)
        if width not in WIDTHS:
            raise Missing(Failure.PAGE_UNKNOWN)
        kept = self._folder / f"{cited.source_sha256}-{page}-{width}.webp"
        with contextlib.suppress(OSError):
            picture = kept.read_bytes()
            os.utime(kept)
            return picture
        _, picture = self._ask({"kind": "draw", "path": str(pdf), "page": page, "width": width})
        self._keep(kept, picture)
        return picture

    def find(self, caller: Caller, subject: str, key: str, page: int) -> Highlight:
        """Where the passage stands on a page of its book; raises as `draw` does."""
        subject_id, cited, pdf = self._located(caller, subject, key, page)
        scan = self._library.scan(subject_id, key, page)
        if scan is not None:
            rectangles = tuple(find_on_scan(scan, cited.text))
        else:
            answer, _ = self._ask({"kind": "find", "path": str(pdf), "page": page, "text": cited.text})
            rectangles = tuple((left, top, right, bottom) for left, top, right, bottom in answer["rectangles"])
        return Highlight(rectangles, cited.page_count, cited.printed.get(page))

    def prepare(self) -> None:
        """Start the child: on a busy machine the first picture would wait a second for it."""
        with self._turn:
            self._started()

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _located(self, caller: Caller, subject: str, key: str, page: int) -> tuple[int, Cited, Path]:
        """The subject, the passage, and the PDF it is from; nothing of a path comes from the caller."""
        with self._database.read() as session:
            row = readable_subject(session, caller, subject)
        cited = self._library.cited(row.id, key)
        pdf = stored_pdf(self._config.home, row.code, cited.source_sha256)
        if not 1 <= page <= cited.page_count or not pdf.is_file():
            raise Missing(Failure.PAGE_UNKNOWN)
        return row.id, cited, pdf

    def _ask(self, request: Message) -> tuple[Message, bytes]:
        """The child's answer. One that died is started again and asked once more, one that is too slow is ended."""
        with self._turn:
            received = self._try(request) or self._try(request)
        if received is None or received[0]["kind"] != "done":
            raise Unavailable(Failure.PICTURE_FAILED)
        return received

    def _try(self, request: Message) -> tuple[Message, bytes] | None:
        """The answer; None from a child that has died."""
        child = self._started()
        try:
            child.pipe.send(request)
            received = child.pipe.receive(PATIENCE)
        except ChildGone:
            self._end()
            return None
        if received is None:
            self._end()
            raise Unavailable(Failure.PICTURE_FAILED)
        return received

    def _started(self) -> Child:
        self._child = self._child or Child("nexus-pictures", serve_pictures, {}, niceness=5)
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
        self._child = None

    def _keep(self, file: Path, picture: bytes) -> None:
        """Best effort: a full disk costs only the time of drawing again."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = file.with_suffix(f".{threading.get_ident()}.draft")
            draft.write_bytes(picture)
            draft.replace(file)
            self._trim()

    def _trim(self) -> None:
        """Delete the pictures that were not asked for longest when the cache is over its limit."""
        limit = self._config.picture_cache * 1_000_000
        files = sorted((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in os.scandir(self._folder))
        total = sum(size for _, size, _ in files)
        if total <= limit:
            return
        for _, size, path in files:
            Path(path).unlink(missing_ok=True)
            total -= size
            if total <= TRIM * limit:
                return
