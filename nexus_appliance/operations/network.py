"""This machine on the school's network while the server runs: its addresses as they change, and its name."""

import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime

from nexus_appliance.config import Config
from nexus_appliance.operations import mdns
from nexus_appliance.operations.addresses import lan_hosts
from nexus_appliance.operations.background import Background
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.files import write_private
from nexus_appliance.storage.schema import utc_now

LOOK = 3.0
"""Seconds between two looks at the addresses of this machine."""

AGAIN = 60.0
"""Seconds until a name that could not be announced is tried again."""

FILE = "address.json"
"""In the data folder: the last change of the address, for the doctor."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """The likeliest address of this machine, the one before it (empty: none yet), and since when, in UTC."""

    now: str
    before: str
    since: datetime


class Network:
    """Owns the thread; what it finds is for everybody who reaches the server, so no caller is asked."""

    def __init__(self, config: Config, database: Database) -> None:
        """Raises `Invalid` (setting_invalid) for a name that no host can have."""
        self._config = config
        self._database = database
        self._label = mdns.label_of(config.mdns_name)
        self._hosts: tuple[str, ...] = ()
        self._announced: mdns.Announcement | None = None
        self._again = 0.0
        self._background = Background("network", self._round, database, "network")

    @property
    def hosts(self) -> tuple[str, ...]:
        """Addresses under which other machines find this one, likeliest first."""
        return self._hosts

    @property
    def name(self) -> str:
        """The name that is announced, as belajar.local; empty when there is none."""
        announced = self._announced
        return announced.name if announced is not None else ""

    def start(self) -> None:
        """Begin to follow."""
        self._background.start()

    def close(self) -> None:
        """End; the name is given back."""
        self._background.close()
        self._take_leave()

    def _round(self) -> float:
        hosts = tuple(lan_hosts(self._config))
        if hosts != self._hosts:
            self._hosts = hosts
            self._again = 0.0
            self._take_leave()
            if hosts:
                note_move(self._config, hosts[0])
            self._database.tell(frozenset({"addresses"}))
        if hosts and self._label and self._announced is None and time.monotonic() >= self._again:
            self._announce()
        return LOOK

    def _announce(self) -> None:
        self._again = time.monotonic() + AGAIN
        try:
            self._announced = mdns.announce(self._label, self._hosts, self._config.port)
        except OSError as error:
            log.info("the name %s.local is not announced: %s", self._label, error)
            return
        if self._announced is None:
            log.warning("%s.local and the names after it are all taken", self._label)
        self._database.tell(frozenset({"addresses"}))

    def _take_leave(self) -> None:
        announced, self._announced = self._announced, None
        if announced is not None:
            announced.close()


def note_move(config: Config, host: str) -> None:
    """Remember that this is the likeliest address now; a full disk costs the memory alone."""
    known = last_move(config)
    if known is not None and known.now == host:
        return
    text = {"now": host, "before": known.now if known else "", "since": utc_now().isoformat()}
    try:
        write_private(config.home / FILE, json.dumps(text))
    except OSError as error:
        log.warning("the address is not remembered: %s", error)


def last_move(config: Config) -> Move | None:
    """The last change of the likeliest address; None before the first start, or when the note was damaged."""
    try:
        found = json.loads((config.home / FILE).read_text("utf-8"))
        return Move(str(found["now"]), str(found["before"]), datetime.fromisoformat(found["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
