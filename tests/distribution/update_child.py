"""One look at a channel in a process of its own, for `kill -9`: `python -m tests.distribution.update_child JSON`.

The argument has home, channel, now (ISO 8601), and either `fatal`, the number of the fsync, rename or deletion at which
the process kills itself (0: none), or `after`, the seconds until it does. Prints how many such points it passed,
and the seconds that the look took.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.distribution import following
from nexus_appliance.school.callers import OPERATOR
from tests.fakes import HashEncoder

POINTS = ("fsync", "rename", "replace", "unlink")


def open_school(home: Path, root: Path) -> Appliance:
    """The appliance of a school that trusts this root, with an encoder that costs nothing."""
    config = Config(home=home, argon2_memory=8, argon2_time=1, channel_root=str(root))
    return Appliance.build(config, embedder=HashEncoder("multilingual-e5-small-q4"))


def main(given: dict[str, Any]) -> None:
    """Look once, and die where it was said."""
    home, channel = Path(given["home"]), Path(given["channel"])
    now = datetime.fromisoformat(given["now"])
    appliance = open_school(home, channel / "metadata" / "1.root.json")
    passed = [0]
    for name in POINTS:
        setattr(os, name, counted(getattr(os, name), passed, given.get("fatal", 0)))
    if given.get("after"):
        timer = threading.Timer(given["after"], die)
        timer.daemon = True
        timer.start()
    began = time.monotonic()
    with patch.object(following, "utc_now", lambda: now):
        appliance.updates.look(OPERATOR, channel)
    print(passed[0], time.monotonic() - began, flush=True)
    asyncio.run(appliance.close())


def counted(real: Callable[..., object], passed: list[int], fatal: int) -> Callable[..., object]:
    """A call of the system that is deadly the `fatal`-th time that any of them is made."""

    def call(*arguments: object, **named: object) -> object:
        passed[0] += 1
        if passed[0] == fatal:
            die()
        return real(*arguments, **named)

    return call


def die() -> None:
    """As a power cut does it."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
