"""The thread that sends books to the publisher: queued while there is no line, gone on with after a cut.

What has arrived there is told by the service itself, so nothing here can be wrong about it. When it is published, the
channel brings it back as a pack of the same PDF, which takes the place of the one that was made here.
"""

import logging
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nexus_appliance.config import Config
from nexus_appliance.distribution.cloud_service import CloudService
from nexus_appliance.distribution.following import Following, pause
from nexus_appliance.errors import Failure, Invalid, Missing, NexusError, Unavailable
from nexus_appliance.operations.background import Background
from nexus_appliance.school.notices import Notices
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.home import stored_pdf
from nexus_appliance.storage.schema import SharedBook, Subject, utc_now

IDLE = 600.0
"""Seconds between two rounds when nothing is announced."""
SOON, LATER = timedelta(minutes=1), timedelta(hours=1)
"""Between two questions what has become of a book: in the first quarter of an hour, and after that."""
BLOCK = 1 << 16
AGAIN = 3
"""How often an upload that the publisher has forgotten is begun anew, before somebody is asked."""
STATES = {"processing", "read", "waiting"}
"""What the publisher says while there is nothing to tell."""

log = logging.getLogger(__name__)


class Sending:
    """Owns the thread."""

    def __init__(self, config: Config, database: Database, cloud: CloudService, following: Following) -> None:
        self._config = config
        self._database = database
        self._cloud = cloud
        self._following = following
        self._failures = 0
        self._background = Background("sending", self._round, database, "sharing")

    def start(self) -> None:
        """Go on with what the last run left open, then wait."""
        self._background.start()

    def close(self) -> None:
        """Stop what is under way; it goes on at the next start."""
        self._background.close()

    def work_once(self) -> None:
        """Send what is queued, and ask what has become of what was sent; raises `Unavailable` (cloud_unreachable)."""
        if self._cloud.identity is None:
            return
        for share_id in self._found("queued", "sending"):
            if self._background.stopping or not self._following.is_time():
                return
            self._attempt(share_id, self._send)
        for share_id in self._found("sent"):
            self._attempt(share_id, self._ask)

    def _round(self) -> float:
        try:
            self.work_once()
        except NexusError as failure:
            log.info("the publisher: %s", failure)
            self._failures += 1
            return pause(self._failures)
        self._failures = 0
        return SOON.total_seconds() if self._found("sent") else IDLE

    def _found(self, *states: str) -> list[int]:
        with self._database.read() as session:
            query = select(SharedBook.id).where(SharedBook.state.in_(states)).order_by(SharedBook.id)
            return list(session.scalars(query))

    def _attempt(self, share_id: int, deed: Callable[[SharedBook, Subject], None]) -> None:
        """A book that cannot be sent fails alone; a line that is gone ends the round."""
        with suppress(_Cancelled):
            with self._database.read() as session:
                share = session.get(SharedBook, share_id)
                subject = session.get(Subject, share.subject_id) if share is not None else None
            if share is None or subject is None:  # taken off the list, or its subject removed
                return
            try:
                deed(share, subject)
            except (Invalid, Missing) as failure:
                log.warning("sending “%s”: %s", share.title, failure)
                self._set(share_id, state="failed", failure=failure.code, failure_values=dict(failure.values))

    def _send(self, share: SharedBook, subject: Subject) -> None:
        file = stored_pdf(self._config.home, subject.code, share.source_sha256)
        if not file.is_file():
            raise Missing(Failure.FILE_MISSING, file=share.title)
        size = file.stat().st_size
        for attempt in range(AGAIN):
            try:
                self._send_parts(share, subject, file, size, anew=attempt > 0)
                break
            except Invalid as forgotten:
                if forgotten.code != Failure.UPLOAD_FORGOTTEN or attempt == AGAIN - 1:
                    raise

    def _send_parts(self, share: SharedBook, subject: Subject, file: Path, size: int, *, anew: bool) -> None:
        said: dict[str, Any] = {"subject": subject.code, "name": share.name or name_of(share.title), "size": size}
        if anew or not share.upload:
            begun = self._cloud.ask(
                "/uploads",
                {
                    **said,
                    "grade": str(subject.grade),
                    "semester": str(share.semester or ""),
                    "title": share.title,
                    "licence": share.licence,
                    "origin": "",
                },
            )
            share.name, share.upload = str(begun["name"]), str(begun["upload"])
        self._set(share.id, state="sending", name=share.name, upload=share.upload, size=size)
        said |= {"name": share.name, "upload": share.upload}
        answer = self._cloud.ask("/uploads/parts", said)
        missing, part = {int(number): str(url) for number, url in answer["missing"].items()}, int(answer["part"])
        done = size - sum(min(part, size - (number - 1) * part) for number in missing)
        for number, address in sorted(missing.items()):
            self._set(share.id, done=done)
            start, length = (number - 1) * part, min(part, size - (number - 1) * part)
            self._cloud.put(address, self._blocks(share.id, file, start, length), length)
            done += length
        self._cloud.ask("/uploads/complete", said)
        self._set(share.id, state="sent", done=size, sent_at=utc_now(), asked_at=None)

    def _blocks(self, share_id: int, file: Path, start: int, length: int) -> Iterator[bytes]:
        """A part of a file, not faster than the settings allow; ends with an error when it is to be sent no more."""
        rate, began, sent = self._config.channel_rate * 1000, time.monotonic(), 0
        with file.open("rb") as opened:
            opened.seek(start)
            while sent < length and (block := opened.read(min(BLOCK, length - sent))):
                self._check(share_id)
                yield block
                sent += len(block)
                if rate:
                    time.sleep(max(0.0, sent / rate - (time.monotonic() - began)))

    def _ask(self, share: SharedBook, subject: Subject) -> None:
        """What has become of a book, if it is time to ask."""
        now = utc_now()
        often = SOON if share.sent_at is not None and now - share.sent_at < 15 * SOON else LATER
        if share.asked_at is not None and now - share.asked_at < often - timedelta(seconds=5):
            return
        told = self._cloud.ask("/uploads/status", {"subject": subject.code, "name": share.name})
        self._set(share.id, asked_at=now)
        state = told.get("state")
        if state == "published":
            self._set(share.id, state="published", version=str(told.get("version", ""))[:32])
            self._tell(share)
            self._look()
        elif state == "failed":
            code = str(told.get("failure", ""))
            known = code in set(Failure)
            values = told.get("values") if isinstance(told.get("values"), dict) else {}
            raise Invalid(Failure(code) if known else Failure.INGEST_CRASHED, **_plain(values))

    def _look(self) -> None:
        try:
            self._following.want()
        except NexusError:
            log.info("the channel is looked at later")

    def _check(self, share_id: int) -> None:
        if self._background.stopping:
            raise Unavailable(Failure.UPDATE_STOPPED)
        with self._database.read() as session:
            share = session.get(SharedBook, share_id)
        if share is None or share.state == "cancelled":
            raise _Cancelled

    def _set(self, share_id: int, **values: object) -> None:
        """Note how a book stands; one that was cancelled meanwhile stays so."""
        with self._database.write() as session:
            share = session.get(SharedBook, share_id)
            if share is None or share.state == "cancelled":
                raise _Cancelled
            for name, value in values.items():
                setattr(share, name, value)
            if values.get("state") == "failed" and share.user_id is not None:
                Notices.post(session, share.user_id, "sharing_failed", {"title": share.title})
            announce(session, *(["sharing_view"] if "state" not in values else ["sharing_view", "updates"]))

    def _tell(self, share: SharedBook) -> None:
        with self._database.write() as session:
            if share.user_id is not None:
                Notices.post(session, share.user_id, "sharing_published", {"title": share.title})


class _Cancelled(Exception):
    """Somebody wants this book sent no more."""


def name_of(title: str) -> str:
    """What a book is called in the channel, behind the school's own name: the same title is the next edition."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36] or "buku"


def open_shares(session: Session, subject_id: int, source_sha256: str) -> list[SharedBook]:
    """The books on their way with this PDF."""
    same = SharedBook.subject_id == subject_id, SharedBook.source_sha256 == source_sha256
    return list(session.scalars(select(SharedBook).where(*same, SharedBook.state.in_(("queued", "sending", "sent")))))


def _plain(values: Any) -> dict[str, str | int | float]:
    return {str(name): value for name, value in values.items() if isinstance(value, (str, int, float))}
