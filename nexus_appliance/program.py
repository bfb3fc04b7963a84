"""This program itself: as a bundle one file that starts everything, else a module of an environment."""

import sys
from pathlib import Path

FILE = "nexus"
"""What starts a bundle, at the top of its folder; on Linux."""

UNIT = "nexus-appliance.service"
"""What systemd calls the server of a package."""

BUNDLED = bool(getattr(sys, "frozen", False))
"""Whether PyInstaller made it."""


def command_line() -> list[str]:
    """What starts this program again; verbs follow it."""
    return [sys.executable] if BUNDLED else [sys.executable, "-m", "nexus_appliance"]


def made_of() -> Path:
    """A file that is as old as this program."""
    return Path(sys.executable if BUNDLED else __file__)
