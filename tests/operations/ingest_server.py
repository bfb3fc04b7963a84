"""The server's core without its web page, for `kill -9`: opens the folder named in argv and works on its jobs.

Prints one JSON line for each change of the jobs; ends when its standard input does.
"""

import json
import sys
from pathlib import Path

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.school.callers import OPERATOR


def main() -> None:
    appliance = Appliance.build(Config(home=Path(sys.argv[1]), argon2_memory=8, argon2_time=1, encoder_threads=1))

    def show(topics: frozenset[str]) -> None:
        if "jobs" in topics:
            jobs = [[job.id, job.state, job.stage] for job in appliance.jobs.list(OPERATOR)]
            print(json.dumps(jobs), flush=True)

    appliance.database.subscribe(show)
    print("[]", flush=True)
    appliance.ingesting.start()
    sys.stdin.read()
    appliance.ingesting.close()


if __name__ == "__main__":
    main()
