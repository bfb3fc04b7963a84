"""One look at a channel: what it offers is compared with what answers, and what is new comes in."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from nexus_appliance.distribution.installing import Installer
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import NotThere, Source, Unreachable
from nexus_appliance.distribution.trust import Offer, Trust
from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.knowledge.packs import disk_full
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ChannelCheck, ChannelPack, Subject, utc_now

KEPT_CHECKS = 200
"""Rows of earlier looks that are kept: a week of hourly ones."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class LookProgress:
    """What is done now; read by pages while it changes. `stage`: look, fetch, stage, or empty when nothing is done."""

    stage: str = ""
    title: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a look ended: sources that came in, sources that did not, bytes received."""

    installed: int
    failed: int
    received: int


class Looking:
    """Looks at channels, one at a time."""

    def __init__(self, database: Database, installer: Installer, home: Path, progress: LookProgress) -> None:
        self._database = database
        self._installer = installer
        self._trust = home / "channel"
        self._progress = progress

    def look(
        self,
        source: Source,
        root: bytes,
        now: datetime,
        bounds: Bounds,
        shown: Callable[[], None] = lambda: None,
        *,
        eager: bool = False,
    ) -> Outcome:
        """Refresh, compare, install. One source that fails stops no other; a channel that is gone stops the look.

        `shown` is called when there is progress to be seen. Raises `NexusError`; the row of the look tells it too.
        """
        with self._recorded(source) as check:
            self._note(shown, "look")
            trust = Trust(self._trust, root, source, now)
            trust.refresh(self._followed())
            failed = 0
            for offer in [offer for code in self._followed() for offer in trust.offers(code)]:
                bounds.stop()
                if self._installer.wants(offer, eager=eager):
                    came_in = self._install(offer, trust, source, bounds, shown)
                    check.installed += came_in
                    failed += not came_in
            self._installer.tidy({offer.sha256 for code in self._followed() for offer in trust.offers(code)})
            return Outcome(check.installed, failed, source.received)

    def _install(self, offer: Offer, trust: Trust, source: Source, bounds: Bounds, shown: Callable[[], None]) -> bool:
        def report(stage: str, done: int, total: int) -> None:
            bounds.stop()
            self._note(shown, stage, offer.title or offer.name, done, total)

        report("fetch", 0, 0)
        try:
            self._installer.install(offer, trust, source, bounds, report)
        except NotThere as error:
            self._failed(offer, Unavailable(Failure.CHANNEL_NONE, file=str(error)))
        except Unreachable as error:
            failure = Unavailable(Failure.CHANNEL_UNREACHABLE)
            self._failed(offer, failure)
            raise failure from error
        except NexusError as failure:
            self._failed(offer, failure)
            if failure.code in _ENDS:
                raise
        else:
            log.info("%s/%s %s came in", offer.subject, offer.name, offer.version)
            return True
        return False

    def _failed(self, offer: Offer, failure: NexusError) -> None:
        log.warning("%s/%s %s did not come in: %s", offer.subject, offer.name, offer.version, failure)
        with self._database.write() as session:
            query = select(ChannelPack).join(Subject, Subject.id == ChannelPack.subject_id)
            row = session.scalar(query.where(Subject.code == offer.subject, ChannelPack.name == offer.name))
            if row is not None:
                row.failure, row.failure_values = failure.code, dict(failure.values)
                row.failed_at = utc_now() if failure.code in _THEIRS else None
            announce(session, "updates")

    def _followed(self) -> list[str]:
        with self._database.read() as session:
            return list(session.scalars(select(Subject.code).order_by(Subject.grade, Subject.code)))

    def _note(self, shown: Callable[[], None], stage: str, title: str = "", done: int = 0, total: int = 0) -> None:
        changed = (stage, title) != (self._progress.stage, self._progress.title) or done == total
        self._progress.stage, self._progress.title = stage, title
        self._progress.done, self._progress.total = done, total
        if changed or done * 20 // max(1, total) != (done - 1) * 20 // max(1, total):
            shown()

    @contextmanager
    def _recorded(self, source: Source) -> Iterator[ChannelCheck]:
        """Keep a row of the look, also of one that fails."""
        with self._database.write() as session:
            oldest = select(ChannelCheck).order_by(ChannelCheck.id.desc()).offset(KEPT_CHECKS)
            for old in session.scalars(oldest):
                session.delete(old)
            check = ChannelCheck()
            session.add(check)
            announce(session, "updates")
        failure: NexusError | None = None
        try:
            with _in_our_words(self._trust.parent):
                yield check
        except NexusError as error:
            failure = error
            raise
        finally:
            self._progress.stage = ""
            with self._database.write() as session:
                row = session.get(ChannelCheck, check.id)
                if row is not None:
                    row.ended_at, row.installed, row.received = utc_now(), check.installed, source.received
                    row.failure = failure.code if failure is not None else None
                    row.failure_values = dict(failure.values) if failure is not None else {}
                announce(session, "updates")


@contextmanager
def _in_our_words(home: Path) -> Iterator[None]:
    """A disk that fails: nothing of the look has come to answer."""
    try:
        with disk_full():
            yield
    except OSError as error:
        raise Unavailable(Failure.HOME_NOT_WRITABLE, home=str(home), reason=str(error.strerror)) from error


_THEIRS = frozenset({Failure.PACK_DAMAGED, Failure.CHANNEL_FORGED})
"""Failures that another download brings again until the publisher has mended them."""
_ENDS = frozenset({Failure.DISK_FULL, Failure.UPDATE_STOPPED, Failure.DATABASE_GONE, Failure.ENCODER_GONE})
"""Failures that every further source would meet too."""
