"""Other data into a data folder's place: all of them or none, wherever the power is cut.

They are brought in beside the present ones, then a mark is written; from then on whoever opens the folder exchanges
what is left to exchange. The present ones stay in copies/replaced.
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from nexus_appliance.storage.files import copy_durably, link_or_copy, write_private

COPIES = "copies"
MARK = "restoring.json"
LEFT_OUT = frozenset({COPIES, MARK, "downloads", "logs", "models", "nexus.channel", "nexus.lock", "staging"})
"""What is not of the data: of this machine, of a running server, or to be had again."""


def begin_restoring(home: Path, source: Path, files: Iterable[str]) -> None:
    """Bring `files` of `source` in and write the mark; raises OSError, and nothing has changed then."""
    incoming, replaced = _places(home)
    for folder in (incoming, replaced):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
    for name in files:
        bring = link_or_copy if name.endswith(".pdf") else copy_durably
        bring(source / name, incoming / name)
    write_private(home / MARK, json.dumps(sorted(one.name for one in incoming.iterdir())))


def complete_restoring(home: Path) -> None:
    """Exchange what is left to exchange, if a mark says so; as often as it takes. Raises OSError."""
    if not (home / MARK).exists():
        return
    coming = json.loads((home / MARK).read_text("utf-8"))
    incoming, replaced = _places(home)
    incoming.mkdir(exist_ok=True)
    for present in [one for one in home.iterdir() if one.name not in LEFT_OUT]:
        if present.name not in coming or (incoming / present.name).exists():
            present.rename(replaced / present.name)
    for new in incoming.iterdir():
        new.rename(home / new.name)
    incoming.rmdir()
    (home / MARK).unlink()


def _places(home: Path) -> tuple[Path, Path]:
    return home / COPIES / "incoming", home / COPIES / "replaced"
