"""The server's core without its web page, for `kill -9`: opens the folder named in argv and works on its jobs.

Prints one JSON line at the start and after each change of the jobs: how many are done and failed, how many open, and
the stage of the running one (null when none runs). Ends when its standard input does.
"""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import IngestJob


def main() -> None:
    appliance = Appliance.build(Config(home=Path(sys.argv[1]), argon2_memory=8, argon2_time=1, encoder_threads=1))
    appliance.database.subscribe(lambda topics: show(appliance.database) if "jobs" in topics else None)
    show(appliance.database)
    appliance.ingesting.start()
    sys.stdin.read()
    asyncio.run(appliance.close())


def show(database: Database) -> None:
    with database.read() as session:
        rows = session.execute(select(IngestJob.state, IngestJob.stage)).all()
    states = Counter(state for state, _ in rows)
    running = next((stage for state, stage in rows if state == "running"), None)
    known = {"done": states["done"], "failed": states["failed"], "open": states["queued"] + states["running"]}
    print(json.dumps({**known, "running": running}), flush=True)


if __name__ == "__main__":
    main()
