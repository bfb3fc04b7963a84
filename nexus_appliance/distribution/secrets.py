"""Secrets of this machine: in the system's keyring, or where there is none in files that their owner alone can read.

A server without a desktop has no keyring: its library then has a backend that fails, and files take its place.
"""

import hashlib
import logging
from contextlib import suppress
from pathlib import Path

import keyring

from nexus_appliance.curriculum.pack import written

SERVICE = "openclass-nexus"

log = logging.getLogger(__name__)


class Secrets:
    """The secrets of one data folder, by name."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "keys"
        self._home = hashlib.sha256(str(home).encode()).hexdigest()[:12]

    def get(self, name: str) -> str | None:
        """A secret; None when there is none, or the keyring is locked."""
        with suppress(OSError, UnicodeDecodeError):
            return (self._folder / name).read_text("utf-8")
        try:
            return keyring.get_password(SERVICE, self._user(name))
        except Exception as error:  # each system's keyring fails with errors of its own
            log.debug("no keyring: %r", error)
        return None

    def set(self, name: str, value: str) -> None:
        """Keep a secret; raises OSError, `Unavailable` (disk_full) when it can be kept nowhere."""
        try:
            keyring.set_password(SERVICE, self._user(name), value)
            if keyring.get_password(SERVICE, self._user(name)) == value:
                (self._folder / name).unlink(missing_ok=True)
                return
        except Exception:  # also of one that takes no long values, as that of Windows
            log.info("there is no keyring here: a file keeps the secret “%s”", name)
        self._write(name, value)

    def delete(self, name: str) -> None:
        """Forget a secret, wherever it is."""
        (self._folder / name).unlink(missing_ok=True)
        with suppress(Exception):
            keyring.delete_password(SERVICE, self._user(name))

    def _write(self, name: str, value: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with written(self._folder / name) as file:  # a file of mode 0600
            file.write(value.encode())

    def _user(self, name: str) -> str:
        return f"{name}@{self._home}"
