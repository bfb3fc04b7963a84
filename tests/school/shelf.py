"""A book on the shelf of a subject, as an ingest leaves it."""

import itertools
from dataclasses import replace
from typing import Any

from nexus_appliance.storage.database import Database
from nexus_appliance.storage.generations import BookValues, activate, book_source
from nexus_appliance.storage.schema import Pack
from tests.fakes import HashEncoder

ENCODER = HashEncoder("multilingual-e5-small-q4").identity.key
"""That of the appliances of the tests of pages."""

_NUMBERS = itertools.count(1)


def put_book(
    database: Database, subject_id: int, title: str = "Fisika Dasar", encoder: str = ENCODER, **values: Any
) -> int:
    """Stage and activate a pack without vectors; the book's id. `values` replace those of the book."""
    sha256 = f"{next(_NUMBERS):064x}"
    book = BookValues(title, "fisika.pdf", 1, page_count=12, chunk_count=3, source_sha256=sha256)
    pack = Pack(
        subject_id=subject_id,
        source=book_source(sha256),
        version="1.0.0",
        state="staged",
        file=f"{sha256}.vkp",
        checksum=sha256,
        collection=f"pack-{sha256}",
        encoder=encoder,
        chunk_count=3,
        window_count=5,
    )
    with database.write() as session:
        session.add(pack)
        session.flush()
        return activate(session, pack.id, replace(book, **values))
