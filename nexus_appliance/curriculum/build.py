"""A book to a knowledge pack: extract, clean, chunk, encode, pack. The appliance and the cloud run the same code."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

import numpy as np

from nexus_appliance.curriculum import canaries
from nexus_appliance.curriculum import chunks as chunking
from nexus_appliance.curriculum.chunks import Chunk, chunk_sections
from nexus_appliance.curriculum.encoder import Encoder, EncoderIdentity, FloatArray
from nexus_appliance.curriculum.manifest import Chunker, Manifest, ScanRow, checksum_of, rows_of
from nexus_appliance.curriculum.pack import Pack, write_pack
from nexus_appliance.curriculum.pages import Extract
from nexus_appliance.curriculum.parts import Part
from nexus_appliance.curriculum.pdf_layout import to_publish
from nexus_appliance.curriculum.pdf_pieces import pieces_of
from nexus_appliance.curriculum.scan_json import scan_to_json
from nexus_appliance.curriculum.scans import Reader
from nexus_appliance.curriculum.sections import Section, sections
from nexus_appliance.curriculum.tokens import TokenCounter
from nexus_appliance.errors import Failure, Invalid

Stage = Literal["extract", "ocr", "clean", "chunk", "encode", "pack"]
Report = Callable[[Stage, int, int], None]
"""Called with (stage, done, total); the units are pages, sections or windows."""

BATCH = 8
"""Windows encoded at a time: larger batches are no faster on two cores and report less often."""


class Described(Protocol):
    """What a pack says of its source in words."""

    @property
    def title(self) -> str:
        """As readers know it."""

    @property
    def filename(self) -> str:
        """Of the file it is from; empty where there was none."""

    @property
    def subject(self) -> str:
        """The code of its subject."""

    @property
    def grade(self) -> int:
        """Of its subject."""

    @property
    def semester(self) -> int | None:
        """None for the whole year."""

    @property
    def version(self) -> str:
        """Of this source."""


class Passages(Protocol):
    """The part of an encoder that packs need vectors from."""

    @property
    def identity(self) -> EncoderIdentity:
        """Which encoder it is."""

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors (n, dimensions) of passages."""


@dataclass(frozen=True, slots=True)
class BookSource:
    """A PDF and what is known about it. One with a `name` is for a channel: its pack brings the PDF and canaries.

    `origin` says in words where the PDF is from.
    """

    path: Path
    title: str
    filename: str
    subject: str
    grade: int
    semester: int | None = None
    version: str = "1.0.0"
    name: str = ""
    licence: str = ""
    origin: str = ""


@dataclass(slots=True)
class _Clock:
    """Seconds spent in each stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


def build_pack(
    source: BookSource,
    encoder: Encoder,
    out: Path,
    report: Report | None = None,
    *,
    page_limit: int | None = None,
    reader: Reader | None = None,
) -> Manifest:
    """Build the pack of one book and write it to `out`; `reader` reads the pictures of pages without a text layer.

    Raises `Invalid` (pdf_*), `Unavailable` (disk_full).
    """
    report = report or (lambda _stage, _done, _total: None)
    clock = _Clock()
    with clock.stage("extract"):
        book = _extracted(source.path, report, page_limit, reader)
    with clock.stage("clean"):
        report("clean", 0, len(book.pages))
        parts = sections(book)
        report("clean", len(book.pages), len(book.pages))
    with clock.stage("chunk"):
        chunks = chunked(book, parts, encoder, report)
    with clock.stage("encode"):
        vectors = encode(chunks, encoder, report)
    with clock.stage("pack"):
        report("pack", 0, 1)
        pdf = source.path.read_bytes()
        sha256 = hashlib.sha256(pdf).hexdigest()
        manifest = manifest_of(source, sha256, book, chunks, encoder.identity, vectors, clock.seconds)
        pack = Pack(manifest, tuple(chunks), vectors, book.scans)
        if source.name:
            pack, pdf = _for_channel(pack, source, encoder)
        write_pack(out, pack, pdf)
        manifest = pack.manifest
        report("pack", 1, 1)
    return manifest


def _for_channel(pack: Pack, source: BookSource, encoder: Encoder) -> tuple[Pack, bytes]:
    """The pack with what a school needs that has neither the PDF nor this build of the encoder, and that PDF."""
    named, vectors = canaries.made(encoder)
    shown = to_publish(source.path)
    manifest = replace(
        pack.manifest,
        name=source.name,
        licence=source.licence,
        origin=source.origin,
        canaries=named,
        pdf=tuple(map(Part.of, pieces_of(shown))),
        pdf_sha256=hashlib.sha256(shown).hexdigest(),
    )
    return replace(pack, manifest=manifest, canaries=vectors), shown


def _extracted(path: Path, report: Report, page_limit: int | None, reader: Reader | None) -> Extract:
    from nexus_appliance.curriculum.extract import PAGE_LIMIT, extract

    return extract(
        path,
        report=lambda done, total: report("extract", done, total),
        page_limit=page_limit or PAGE_LIMIT,
        reader=reader,
        report_scans=lambda done, total: report("ocr", done, total),
    )


def chunked(book: Extract, parts: Sequence[Section], encoder: Encoder, report: Report | None = None) -> list[Chunk]:
    """The chunks of a book's sections; raises `Invalid` (pdf_no_text) when there are none."""
    tokens = TokenCounter(encoder.token_count)
    chunks: list[Chunk] = []
    for done, made in enumerate(chunk_sections(parts, book.pages, tokens, encoder.room), 1):
        chunks.extend(made)
        if report is not None:
            report("chunk", done, len(parts))
    if not chunks:
        raise Invalid(Failure.PDF_NO_TEXT, pages=len(book.pages))
    return chunks


def encode(chunks: Sequence[Chunk], encoder: Passages, report: Report | None = None) -> FloatArray:
    """One vector for each window, float32 (windows, dimensions), rounded as a pack stores them."""
    texts = [chunk.passage(index) for chunk in chunks for index in range(len(chunk.windows))]
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    vectors = np.zeros((len(texts), encoder.identity.dimensions), dtype=np.float32)
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        vectors[batch] = encoder.passages([texts[index] for index in batch])
        if report is not None:
            report("encode", start + len(batch), len(texts))
    return vectors.astype("<f2").astype(np.float32)


def manifest_of(
    source: Described,
    source_sha256: str,
    book: Extract,
    chunks: Sequence[Chunk],
    encoder: EncoderIdentity,
    vectors: FloatArray,
    seconds: Mapping[str, float] = MappingProxyType({}),
) -> Manifest:
    """The manifest of a pack with these chunks and vectors; `seconds` by stage."""
    return Manifest(
        version=source.version,
        subject=source.subject,
        grade=source.grade,
        semester=source.semester,
        title=source.title,
        filename=source.filename,
        source_sha256=source_sha256,
        page_count=len(book.pages),
        rows=rows_of(chunks, vectors),
        encoders=(encoder,),
        chunker=Chunker(chunking.CHUNKER, chunking.CHUNKER_VERSION, chunking.CHUNK_TOKENS, chunking.OVERLAP_TOKENS),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        checksum=checksum_of([chunk.sha256 for chunk in chunks]),
        lost_pages=book.lost,
        scans=tuple(
            ScanRow(page, scan.quality, Part.of(scan_to_json(scan))) for page, scan in sorted(book.scans.items())
        ),
        unread=book.unread,
        timings=tuple(sorted(seconds.items())),
    )
