"""The progress of a book on a terminal, or in a log."""

import sys
from typing import Any

import click


class ProgressLine:
    """Shows the events of an ingest on one line that is drawn anew; where no terminal reads, a line for each stage."""

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

    def end(self) -> None:
        """Leave the line that was drawn."""
        if self._stage and sys.stderr.isatty():
            click.echo("", err=True)
