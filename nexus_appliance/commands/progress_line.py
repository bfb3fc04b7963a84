"""The progress of a book on a terminal, or in a log."""

import sys
from types import TracebackType
from typing import Any

import click

from nexus_appliance.operations.channel import Report


class ProgressLine:
    """Shows the events of an ingest on one line that is drawn anew; where no terminal reads, a line for each stage.

    A context manager: whatever happens, the next text starts on a line of its own.
    """

    def __init__(self) -> None:
        self._stage = ""

    def show(self, event: dict[str, Any]) -> None:
        """Show one event: stage, done, total, seconds_left."""
        stage = event["stage"] or "queued"
        left = f", ~{event['seconds_left']:.0f} s" if event["seconds_left"] else ""
        if sys.stderr.isatty():
            click.echo(f"\r{stage:<10} {event['done']}/{event['total']}{left}\033[K", nl=False, err=True)
        elif stage != self._stage:
            click.echo(f"{stage}{left}", err=True)
        self._stage = stage

    def __enter__(self) -> Report:
        return self.show

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stage and sys.stderr.isatty():
            click.echo("", err=True)
