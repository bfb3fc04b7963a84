"""Short messages at the foot of the page."""

from typing import Literal

from nicegui import ui

from nexus_appliance.errors import NexusError
from ui.words import sentence

Kind = Literal["positive", "negative", "warning", "info"]

ICONS: dict[Kind, str] = {
    "positive": "check_circle",
    "negative": "error_outline",
    "warning": "warning_amber",
    "info": "info_outline",
}


def toast(text: str, kind: Kind = "positive") -> None:
    """Say something for a few seconds; failures stay longer because they must be read."""
    seconds = 8000 if kind in ("negative", "warning") else 4000
    ui.notify(text, type=kind, icon=ICONS[kind], position="bottom", timeout=seconds, classes="nx-toast")


def toast_failure(error: NexusError) -> None:
    """Say what went wrong and what to do."""
    toast(sentence(error), "negative")
