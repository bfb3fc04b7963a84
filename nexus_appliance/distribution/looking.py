"""One look at a channel: what it offers is compared with what answers, and what is new comes in."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select

from nexus_appliance.distribution.files import FileInstaller
from nexus_appliance.distribution.installing import Installer, Report
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import NotThere, Source, Unreachable
from nexus_appliance.distribution.trust import FileOffer, Offer, Trust
from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import disk_full
from nexus_appliance.storage.database import Database, announce
from nexus_appliance.storage.schema import ChannelCheck, Subject, utc_now

KEPT_CHECKS = 200
"""Rows of earlier looks that are kept: a week of hourly ones."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class LookProgress:
    """What is done now; read by pages while it changes. `stage`: look, fetch (parts), file (bytes), stage, or empty."""

    stage: str = ""
    title: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a look ended: sources that came in, what did not, bytes received, models and programs that came."""

    installed: int
    failed: int
    received: int
    files: int = 0


class Looking:
    """Looks at channels, one at a time."""

    def __init__(self, database: Database, library: Library, home: Path, progress: LookProgress) -> None:
        self._database = database
        self._installer = Installer(database, library, home)
        self._files = FileInstaller(database, home)
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
            offers = [offer for code in self._followed() for offer in trust.offers(code)]
            failed = self._take_in(check, offers, trust, source, bounds, shown, eager=eager)
            check.files, unfetched = self._fetch_files(trust.files(), source, bounds, shown, eager=eager)
            files = {offer.sha256 for offer in trust.files()}
            self._installer.tidy({offer.sha256 for offer in offers} | files)
            self._files.tidy(files)
            return Outcome(check.installed, failed + unfetched, source.received, check.files)

    def _take_in(
        self,
        check: ChannelCheck,
        offers: Iterable[Offer],
        trust: Trust,
        source: Source,
        bounds: Bounds,
        shown: Callable[[], None],
        *,
        eager: bool,
    ) -> int:
        """Bring packs in, counted in the row of the look; how many did not come in."""
        failed = 0
        for offer in offers:
            bounds.stop()
            if self._installer.wants(offer, eager=eager):
                report = self._report(offer.title or offer.name, bounds, shown)
                report("fetch", 0, 0)
                install = partial(self._installer.install, offer, trust, source, bounds, report)
                came_in = _attempt(
                    f"{offer.subject}/{offer.name} {offer.version}", install, partial(self._installer.failed, offer)
                )
                check.installed += came_in
                failed += not came_in
        return failed

    def _fetch_files(
        self, offers: Iterable[FileOffer], source: Source, bounds: Bounds, shown: Callable[[], None], *, eager: bool
    ) -> tuple[int, int]:
        """Download the models and programs that are wanted; how many came, and how many did not."""
        ends = []
        for offer in offers:
            bounds.stop()
            if self._files.wants(offer, eager=eager):
                report = self._report(f"{offer.title} {offer.version}", bounds, shown)
                report("file", 0, 0)
                install = partial(self._files.install, offer, source, bounds, report)
                ends.append(
                    _attempt(f"{offer.kind}/{offer.name} {offer.version}", install, partial(self._files.failed, offer))
                )
        return sum(ends), len(ends) - sum(ends)

    def _report(self, title: str, bounds: Bounds, shown: Callable[[], None]) -> Report:
        def report(stage: str, done: int, total: int) -> None:
            bounds.stop()
            self._note(shown, stage, title, done, total)

        return report

    def _followed(self) -> list[str]:
        with self._database.read() as session:
            return list(session.scalars(select(Subject.code).order_by(Subject.grade, Subject.code)))

    def _note(self, shown: Callable[[], None], stage: str, title: str = "", done: int = 0, total: int = 0) -> None:
        changed = (stage, title) != (self._progress.stage, self._progress.title) or done == total
        before = self._progress.done
        self._progress.stage, self._progress.title = stage, title
        self._progress.done, self._progress.total = done, total
        if changed or done * 20 // max(1, total) != before * 20 // max(1, total):
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
                    row.ended_at, row.received = utc_now(), source.received
                    row.installed, row.files = check.installed, check.files
                    row.failure = failure.code if failure is not None else None
                    row.failure_values = dict(failure.values) if failure is not None else {}
                announce(session, "updates")


def _attempt(name: str, install: Callable[[], None], note: Callable[..., None]) -> bool:
    """Whether something came in; `note` is told the failure, and whether another download brings it again (`theirs`).

    Raises what every further attempt would meet too.
    """
    try:
        install()
    except NotThere as error:
        _note_failure(name, note, Unavailable(Failure.CHANNEL_NONE, file=str(error)))
    except Unreachable as error:
        failure = Unavailable(Failure.CHANNEL_UNREACHABLE)
        _note_failure(name, note, failure)
        raise failure from error
    except NexusError as failure:
        _note_failure(name, note, failure)
        if failure.code in _ENDS:
            raise
    else:
        log.info("%s came in", name)
        return True
    return False


def _note_failure(name: str, note: Callable[..., None], failure: NexusError) -> None:
    log.warning("%s did not come in: %s", name, failure)
    note(failure, theirs=failure.code in _THEIRS)


@contextmanager
def _in_our_words(home: Path) -> Iterator[None]:
    """A disk that fails: nothing of the look has come to answer."""
    try:
        with disk_full():
            yield
    except OSError as error:
        raise Unavailable(Failure.HOME_NOT_WRITABLE, home=str(home), reason=str(error.strerror)) from error


_THEIRS = frozenset({Failure.PACK_DAMAGED, Failure.CHANNEL_FORGED, Failure.DOWNLOAD_DAMAGED, Failure.MODEL_UNUSABLE})
"""Failures that another download brings again until the publisher has mended them."""
_ENDS = frozenset({Failure.DISK_FULL, Failure.UPDATE_STOPPED, Failure.DATABASE_GONE, Failure.ENCODER_GONE})
"""Failures that every further source would meet too."""
