"""The log file of the appliance: bounded, in the data folder, readable by its owner and the technician's page."""

import logging
import logging.handlers
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
SIZE = 2_000_000
"""Bytes of one file; five are kept."""


def log_to(home: Path, level: str) -> None:
    """Write all records to HOME/logs/nexus.log from now on."""
    handler = logging.handlers.RotatingFileHandler(
        home / "logs" / "nexus.log", maxBytes=SIZE, backupCount=4, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.getLogger("httpx").setLevel(logging.WARNING)


def tail(home: Path, lines: int = 200) -> list[str]:
    """The last lines of the log, oldest first."""
    path = home / "logs" / "nexus.log"
    if not path.exists():
        return []
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 200 * lines))
        return stream.read().decode("utf-8", "replace").splitlines()[-lines:]
