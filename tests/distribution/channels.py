"""Channels for tests: published with the code that the cloud runs, of small packs."""

import hashlib
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloud import channel
from cloud.channel import Release
from cloud.keys import FolderKeys
from cloud.store import FolderStore
from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.encoder import Encoder
from nexus_appliance.curriculum.manifest import Canaries, Chunker, Manifest, checksum_of, rows_of, stored
from nexus_appliance.curriculum.pack import Pack, write_delta_pack, write_pack
from nexus_appliance.curriculum.parts import Part
from nexus_appliance.curriculum.pdf_pieces import pieces_of
from tests.fakes import HashEncoder

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)


def pdf_of(words: list[str]) -> bytes:
    """Something with a stream of 2,000 bytes for each page."""
    pages = (hashlib.shake_256(word.encode()).digest(2000) for word in words)
    return b"%PDF-1.4\n" + b"".join(b"obj stream\n%s\nendstream\n" % page for page in pages)


def write_book(
    path: Path,
    texts: list[str],
    version: str,
    *,
    subject: str = "biologi_7",
    name: str = "hewan",
    encoder: Encoder | None = None,
    pdf: bytes | None = None,
    title: str = "Hewan",
) -> Path:
    """Write the pack of a book that has these texts, one on each page."""
    encoder = encoder or HashEncoder()
    pdf = pdf_of(texts) if pdf is None else pdf
    chunks = tuple(
        Chunk(text, "Bab", (Span(0, page, str(page)),), (Window(0, len(text)),)) for page, text in enumerate(texts, 1)
    )
    vectors, canaries = encoder.passages(texts), encoder.passages(["satu"])
    digest = hashlib.sha256(pdf).hexdigest()
    manifest = Manifest(
        version=version,
        subject=subject,
        grade=7,
        semester=None,
        title=title,
        filename="hewan.pdf",
        source_sha256=digest,
        page_count=len(texts),
        rows=rows_of(chunks, vectors),
        encoders=(encoder.identity,),
        chunker=Chunker("page", 1, 800, 100),
        created_at=NOW.isoformat(),
        checksum=checksum_of([chunk.sha256 for chunk in chunks]),
        name=name,
        canaries=Canaries(("satu",), (), (Part.of(stored(canaries)),)),
        pdf=tuple(map(Part.of, pieces_of(pdf))),
        pdf_sha256=digest,
    )
    write_pack(path, replace(Pack(manifest, chunks, vectors), canaries=canaries), pdf)
    return path


class Publisher:
    """Publishes packs into a folder; keeps the packs for the deltas of later versions."""

    def __init__(self, root: Path, subjects: tuple[str, ...] = ("biologi_7",), now: datetime = NOW) -> None:
        self.folder = root / "channel"
        self.store = FolderStore(self.folder)
        self.keys = FolderKeys(root / "keys")
        self.keys.generate()
        self.now = now
        self.root = channel.create(self.store, self.keys, now)
        for subject in subjects:
            channel.add_subject(self.store, self.keys, subject, now)
        self._packs: dict[tuple[str, str], tuple[str, Path]] = {}
        self._work = Path(tempfile.mkdtemp(dir=root))

    def publish(
        self,
        texts: list[str],
        version: str,
        *,
        subject: str = "biologi_7",
        name: str = "hewan",
        encoder: Encoder | None = None,
    ) -> Path:
        """A version of a source; its pack."""
        pack = write_book(
            self._work / f"{name}-{version}.vkp", texts, version, subject=subject, name=name, encoder=encoder
        )
        self.offer(pack, version, subject, name)
        return pack

    def offer(self, pack: Path, version: str, subject: str = "biologi_7", name: str = "hewan") -> None:
        """Publish a pack that is made, with the delta from the version before."""
        deltas = {}
        if (subject, name) in self._packs:
            earlier, old = self._packs[subject, name]
            deltas[earlier] = self._work / f"{name}-{version}.delta"
            write_delta_pack(deltas[earlier], pack, old)
        self._packs[subject, name] = version, pack
        self.now += timedelta(minutes=1)
        channel.publish(self.store, self.keys, Release(pack, deltas), self.now)
