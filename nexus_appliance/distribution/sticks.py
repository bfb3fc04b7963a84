"""Sticks, and other disks that can be taken out, on which a channel lies."""

import os
from contextlib import suppress
from pathlib import Path

import psutil

from nexus_appliance.curriculum.channel import METADATA

FOLDERS = ("", "nexus", "openclass-nexus")
"""Where on a stick a channel may lie."""


def sticks() -> list[Path]:
    """The folders of channels on what is plugged in; empty on a machine that shows nothing."""
    found = []
    for place in _places():
        for name in FOLDERS:
            folder = place / name if name else place
            with suppress(OSError):
                if (folder / METADATA / "timestamp.json").is_file():
                    found.append(folder)
    return found


def _places() -> list[Path]:
    with suppress(OSError, RuntimeError):
        partitions = psutil.disk_partitions(all=False)
        if os.name == "nt":
            return [Path(one.mountpoint) for one in partitions if "removable" in one.opts]
        return [Path(one.mountpoint) for one in partitions if one.mountpoint.startswith(("/media/", "/run/media/"))]
    return []
