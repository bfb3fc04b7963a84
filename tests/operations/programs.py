"""Programs that note how they are called."""

import json
import sys
import time
from pathlib import Path

SCRIPT = """#!{python}
import json, sys, time
with open({calls!r}, "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
time.sleep({seconds})
"""


class Programs:
    """A folder for PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def add(self, name: str, *, lasts: bool = False) -> None:
        """A program that ends at once, or `lasts` for a minute."""
        script = self.folder / name
        text = SCRIPT.format(python=sys.executable, calls=str(self.folder / f"{name}.calls"), seconds=60 * lasts)
        script.write_text(text)
        script.chmod(0o755)

    def calls(self, name: str, least: int) -> list[list[str]]:
        """Its arguments of every call, as soon as there are so many."""
        until = time.monotonic() + 10
        while len(found := self._noted(name)) < least:
            assert time.monotonic() < until
            time.sleep(0.02)
        return found

    def _noted(self, name: str) -> list[list[str]]:
        file = self.folder / f"{name}.calls"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines if line.endswith("]")]
