"""Stage a pack on a small disk of its own until it is full; run by `test_full_disk` in a mount namespace."""

import subprocess
import sys
from pathlib import Path

from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import RESERVE
from nexus_appliance.knowledge.vectors import ChromaIndex
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.migrate import upgrade
from tests.fakes import HashEncoder
from tests.knowledge.books import activate, add_subject, small_pack
from tests.knowledge.test_library import first, states

SIZE = (RESERVE >> 20) + 6
"""Megabytes: one small book and a part of the large one fit."""


def main(folder: Path) -> None:
    home = folder / "disk"
    home.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(home)], check=True)
    encoder = HashEncoder(dimensions=384)
    database = Database(f"sqlite:///{home / 'nexus.sqlite'}")
    upgrade(database)
    library = Library(database, home, ChromaIndex(home / "vectors", encoder.identity.key), encoder)
    subject = add_subject(database)
    activate(database, library.stage(small_pack(folder / "a.vkp", encoder), subject, "book:a"))
    texts = [f"Halaman {number}." for number in range(4000)]
    big = small_pack(folder / "b.vkp", encoder, texts, title="Lain")
    for _ in range(2):  # the second time what the first has left in Chroma's file takes part of the room
        try:
            library.stage(big, subject, "book:b")
        except Unavailable as full:
            assert full.code is Failure.DISK_FULL, full
        else:
            raise AssertionError("the disk is too large for this test")
        assert first(library, subject, "komodo") == ("Hewan", 3)
    subprocess.run(["mount", "-o", f"remount,size={2 * SIZE}m", str(home)], check=True)
    library.recover()
    assert states(database) == ["active"]
    assert len(list((home / "packs").glob("*.vkp"))) == 1
    pack = library.stage(small_pack(folder / "c.vkp", encoder, texts[:50], title="Lain"), subject, "book:b")
    activate(database, pack, "Lain")
    assert first(library, subject, "halaman 7")[0] == "Lain"
    assert first(library, subject, "komodo") == ("Hewan", 3)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
