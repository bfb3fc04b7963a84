"""Small packs for the tests of this room: one chunk for each page, one window for each chunk."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.encoder import Encoder
from nexus_appliance.curriculum.manifest import Chunker, Manifest, checksum_of, rows_of
from nexus_appliance.curriculum.pack import Pack, write_pack
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import Subject
from tests.knowledge.texts import ANIMALS


def small_pack(
    path: Path,
    encoder: Encoder,
    texts: Sequence[str] = ANIMALS,
    *,
    title: str = "Hewan",
    version: str = "1.0.0",
    sections: Sequence[str] = (),
) -> Path:
    """Write a pack whose page n has the n-th text; the vectors come from the encoder, headings from `sections`."""
    headings = sections or [title] * len(texts)
    chunks = tuple(
        Chunk(text=text, section=heading, spans=(Span(0, page, str(page)),), windows=(Window(0, len(text)),))
        for page, (text, heading) in enumerate(zip(texts, headings, strict=True), 1)
    )
    vectors = encoder.passages(texts)
    manifest = Manifest(
        version=version,
        subject="biologi_7",
        grade=7,
        semester=1,
        title=title,
        filename=f"{title.lower()}.pdf",
        source_sha256=hashlib.sha256(title.encode()).hexdigest(),
        page_count=len(texts),
        rows=rows_of(chunks, vectors),
        encoders=(encoder.identity,),
        chunker=Chunker("page", 1, 800, 100),
        created_at="2026-11-01T00:00:00+00:00",
        checksum=checksum_of([chunk.sha256 for chunk in chunks]),
    )
    write_pack(path, Pack(manifest=manifest, chunks=chunks, vectors=vectors))
    return path


def add_subject(database: Database, code: str = "biologi_7") -> int:
    """Insert a subject and return its id."""
    with database.write() as session:
        subject = Subject(grade=7, name=code.split("_")[0].title(), code=code)
        session.add(subject)
        session.flush()
        return subject.id


def activate(database: Database, pack_id: int, title: str = "Hewan") -> int:
    """Let a staged pack answer as a book; returns the id of the book."""
    digest = hashlib.sha256(title.encode()).hexdigest()
    book = generations.BookValues(title, f"{title.lower()}.pdf", 1, 6, 6, digest)
    with database.write() as session:
        return generations.activate(session, pack_id, book)
