"""`nexus serve` that also tells how late its event loop is: HOME/lag.json.

HOME/lag.txt lets it begin anew, and is called lag.begun then.
"""

import asyncio
import json
import time
from pathlib import Path

from nicegui import app

from nexus_appliance.config import Config

EVERY = 0.02


async def watch() -> None:
    """How much later than asked the loop wakes us, in seconds; written every five seconds."""
    home = Config.load().home
    lags: list[float] = []
    written = time.monotonic()
    while True:
        began = time.monotonic()
        await asyncio.sleep(EVERY)
        lags.append(time.monotonic() - began - EVERY)
        if time.monotonic() - written > 5:
            written = time.monotonic()
            if (anew := home / "lag.txt").exists():
                anew.replace(home / "lag.begun")
                lags.clear()
            else:
                await asyncio.to_thread(_write, home / "lag.json", sorted(lags))


def _write(path: Path, lags: list[float]) -> None:
    def at(share: float) -> float:
        return round(1000 * lags[min(len(lags) - 1, int(share * len(lags)))], 1)

    found = {"p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "max_ms": at(1.0), "n": len(lags)}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found), "utf-8")
    part.replace(path)


if __name__ == "__main__":
    from nexus_appliance.commands.serve import serve_command

    app.on_startup(lambda: asyncio.ensure_future(watch()))
    serve_command()
