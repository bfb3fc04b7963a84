"""The log file of the appliance: bounded, in the data folder, without secrets, read on the technician's page."""

import logging
import logging.handlers
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
SIZE = 2_000_000
"""Bytes of one file; five are kept."""

LINE_BYTES = 200
"""A generous guess at the length of a line: how far from the end `tail` begins to read."""

ENTRY = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d{3} (?P<level>[A-Z]+) (?P<source>\S+?): (?P<text>.*)")

SECRETS = (
    (re.compile(r"(?<=://)([^\s:/@]+):[^\s/@]+(?=@)"), r"\1:***"),
    (
        re.compile(
            r"(?i)\b((?:[\w.-]*(?:password|passwd|secret|token|api_?key)|cookie|authorization|nexus_session)"
            r"[\"']?\s*[:=]\s*(?:bearer\s+)?[\"']?)[^\s\"',;&)}]+"
        ),
        r"\1***",
    ),
)
"""What a secret looks like in somebody's message, and what is written instead: passwords in URLs, named values."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One record; `time` is the machine's own clock, `text` may have several lines (a traceback)."""

    time: str
    level: str
    source: str
    text: str


class DiscreetFormatter(logging.Formatter):
    """Writes no secret, whoever logs it; tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return without_secrets(super().format(record))


def log_to(home: Path, level: str) -> Callable[[], None]:
    """Write all records to HOME/logs/nexus.log from now on; the result ends that and closes the file."""
    path = home / "logs" / "nexus.log"
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=SIZE, backupCount=4, encoding="utf-8")
    handler.setFormatter(DiscreetFormatter(FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.INFO)  # at DEBUG it writes addresses with their signatures

    def end() -> None:
        root.removeHandler(handler)
        handler.close()

    return end


def without_secrets(text: str) -> str:
    """The text with *** in the place of everything that looks like a password or a token."""
    for pattern, shown in SECRETS:
        text = pattern.sub(shown, text)
    return text


def tail(home: Path, lines: int = 200) -> list[str]:
    """The last lines of the log, oldest first."""
    path = home / "logs" / "nexus.log"
    try:
        with path.open("rb") as stream:
            start = max(0, stream.seek(0, 2) - LINE_BYTES * lines)
            stream.seek(start)
            found = stream.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    return [without_secrets(line) for line in (found[1:] if start else found)[-lines:]]


def entries(lines: list[str]) -> list[LogEntry]:
    """Lines of the log as records; lines before the first record are the rest of one and left out."""
    found: list[LogEntry] = []
    for line in lines:
        if match := ENTRY.fullmatch(line):
            found.append(LogEntry(**match.groupdict()))
        elif found:
            last = found[-1]
            found[-1] = LogEntry(last.time, last.level, last.source, f"{last.text}\n{line}")
    return found
