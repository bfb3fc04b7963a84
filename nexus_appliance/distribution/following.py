"""The thread that follows the channel: every hour, at other minutes in each school, more rarely while it is gone."""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from nexus_appliance.config import ASSETS, Config
from nexus_appliance.distribution.cloud_service import CloudService
from nexus_appliance.distribution.looking import Looking, LookProgress, Outcome
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import FolderSource, HttpSource, Source, checked_address
from nexus_appliance.errors import Failure, Invalid, NexusError, Unavailable
from nexus_appliance.operations.background import Background
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Subject, utc_now

HOUR = 3600.0
JITTER = 600.0
"""Seconds by which a look may come earlier or later: a thousand schools do not ask in the same minute."""
FIRST = 120.0
"""Seconds until the first look at most: a server that starts has other things to do."""
BACKOFF_START = 300.0
BACKOFF_LIMIT = 6 * HOUR
"""Seconds until the next look after one that failed; twice as many after each further one."""
WAIT = 0.5
"""Seconds after which a look that waits for another one sees that both are stopped."""
PINNED_ROOT = ASSETS / "trust" / "root.json"
ROOT_LIMIT = 256_000

log = logging.getLogger(__name__)


class Following:
    """Owns the thread, the wish to look at once, and the wish to stop."""

    def __init__(
        self,
        config: Config,
        database: Database,
        looking: Looking,
        progress: LookProgress,
        room: Callable[[int], object],
        cloud: CloudService,
    ) -> None:
        """Raises `Invalid` (setting_invalid) for a channel, or hours, that cannot be."""
        self._config = config
        self._cloud = cloud
        self._database = database
        self._looking = looking
        self.progress = progress
        self._room = room
        self._hours = hours_of(config.channel_hours)
        if config.channel_url:
            _checked(config.channel_url)
        self._one_at_a_time = threading.Lock()
        self._stop = threading.Event()
        self._wish: Path | None = None
        self._wanted = threading.Event()
        self._failures = 0
        self._due = time.monotonic() + random.uniform(0, FIRST)  # noqa: S311 - nothing secret
        self._background = Background("channel", self._round, database, "channel_wanted")

    @property
    def follows(self) -> bool:
        """Whether the server looks at a channel by itself."""
        return self._has_address and self._root_file().is_file()

    @property
    def _has_address(self) -> bool:
        return bool(self._config.channel_url) or self._cloud.identity is not None

    @property
    def due_in(self) -> float:
        """Seconds until the next look."""
        return max(0.0, self._due - time.monotonic())

    def start(self) -> None:
        """Begin to follow."""
        self._background.start()

    def close(self) -> None:
        """Stop what is under way; it goes on at the next start where it was."""
        self._stop.set()
        self._background.close()

    def want(self, folder: Path | None = None) -> None:
        """Look soon, whatever the hour, at the channel or at the one in a folder.

        Raises `Unavailable` (channel_unset), `Invalid` (update_running).
        """
        if folder is None and not self.follows:
            raise Unavailable(Failure.CHANNEL_UNSET)
        if self.progress.stage or self._wanted.is_set():
            raise Invalid(Failure.UPDATE_RUNNING)
        self._wish = folder
        self._wanted.set()
        self._database.tell(frozenset({"channel_wanted", "updates"}))

    def stop(self) -> None:
        """End the look that is under way."""
        if self.progress.stage:
            self._stop.set()

    def look(self, folder: Path | None = None, *, eager: bool = True) -> Outcome:
        """Look at the channel, or at the one in a folder, in this thread, after the look under way if there is one.

        Raises `NexusError`.
        """
        if folder is None and not self._has_address:
            raise Unavailable(Failure.CHANNEL_UNSET)
        while not self._one_at_a_time.acquire(timeout=WAIT):
            self._check_stop()
        try:
            if not self._background.stopping:
                self._stop.clear()
            source = FolderSource(folder) if folder is not None else self._source()
            return self._looking.look(
                source, self._root(), utc_now(), Bounds(self._room, self._check_stop), self._shown, eager=eager
            )
        finally:
            self._one_at_a_time.release()

    def _round(self) -> float:
        if self._wanted.is_set():
            folder = self._wish
            self._try(folder, eager=True)
            self._wanted.clear()
        elif self.follows and self.due_in == 0 and self.is_time():
            self._try(None, eager=False)
        else:
            return min(JITTER, max(1.0, self.due_in))
        self._database.tell(frozenset({"updates"}))
        return 1.0

    def _try(self, folder: Path | None, *, eager: bool) -> None:
        """Look, and put off the next look at the channel; what fails stands in the row of the look."""
        failed = False
        try:
            self.look(folder, eager=eager)
        except NexusError as failure:
            log.info("the channel: %s", failure)
            failed = True
        if folder is None:
            self._failures = self._failures + 1 if failed else 0
            self._due = time.monotonic() + pause(self._failures)

    def _shown(self) -> None:
        self._database.tell(frozenset({"updates"}))

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise Unavailable(Failure.UPDATE_STOPPED)

    def is_time(self) -> bool:
        """Whether the settings let us use the line at this hour."""
        return not self._hours or datetime.now().astimezone().hour in self._hours

    def _source(self) -> Source:
        rate = self._config.channel_rate * 1000
        identity = self._cloud.identity
        if identity is not None:
            try:
                access = self._cloud.access(self._subjects())
            except NexusError as failure:  # without a signature one sees what is new, and the row of the look says why
                log.warning("no right to read packs at the moment: %s", failure)
                return HttpSource(identity.channel, rate)
            return HttpSource(access.channel, rate, queries=access.queries)
        return HttpSource(_checked(self._config.channel_url), rate)

    def _subjects(self) -> list[str]:
        with self._database.read() as session:
            return list(session.scalars(select(Subject.code)))

    def _root_file(self) -> Path:
        return Path(self._config.channel_root) if self._config.channel_root else PINNED_ROOT

    def _root(self) -> bytes:
        try:
            with self._root_file().open("rb") as file:
                return file.read(ROOT_LIMIT)
        except OSError as error:
            raise Unavailable(Failure.CHANNEL_UNSET) from error


def _checked(url: str) -> str:
    try:
        return checked_address(url)
    except ValueError as error:
        raise Invalid(Failure.SETTING_INVALID, name="channel_url", value=url) from error


def pause(failures: int) -> float:
    """Seconds until the next look, after so many that failed one after the other."""
    if not failures:
        return HOUR + random.uniform(-JITTER, JITTER)  # noqa: S311
    doubled: float = BACKOFF_START * 2 ** min(failures - 1, 10)
    return min(BACKOFF_LIMIT, doubled) * random.uniform(0.8, 1.2)  # noqa: S311


def hours_of(text: str) -> frozenset[int]:
    """The hours of a window such as 20-6, the last one not included; empty for none.

    Raises `Invalid` (setting_invalid).
    """
    if not text:
        return frozenset()
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) < 24 and int(last) <= 24 and first != last):
        raise Invalid(Failure.SETTING_INVALID, name="channel_hours", value=text)
    begin, end = int(first), int(last) % 24
    return frozenset(hour for hour in range(24) if (hour - begin) % 24 < ((end - begin) % 24 or 24))
