"""Small packs for the tests of this room."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st

from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.manifest import Chunker, Manifest, ScanRow, checksum_of, rows_of
from nexus_appliance.curriculum.pack import Pack
from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.parts import Part
from nexus_appliance.curriculum.scan_json import scan_to_json
from tests.curriculum.scans import scan_of
from tests.fakes import HashEncoder

ENCODER = HashEncoder(dimensions=8)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
PDF = b"%PDF-1.7\nstream\n" + bytes(range(256)) * 8 + b"endstream\n%%EOF\n"

SMALL = [
    Chunk("Gaya adalah tarikan.", "Bab 1", (Span(0, 3, "iii"),), (Window(0, 20),)),
    Chunk("Usaha dan energi 😀.", "Bab 2 › A", (Span(0, 4, None), Span(6, 5, "5")), (Window(0, 5), Window(6, 18))),
]
SCANS = {3: scan_of("Gaya adalah tarikan.", quality=0.9), 5: scan_of("dan energi", quality=0.5)}


def unit(rows: int, seed: int = 0, dimensions: int = 8) -> FloatArray:
    """Random vectors of length 1, rounded as a pack stores them."""
    vectors = np.random.default_rng(seed).standard_normal((rows, dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype("<f2").astype(np.float32)


def pack_of(chunks: list[Chunk], **changes: object) -> Pack:
    """A pack of these chunks whose manifest has these changes."""
    vectors = unit(sum(len(chunk.windows) for chunk in chunks))
    manifest = Manifest(
        version="1.0.0",
        subject="fisika_12",
        grade=12,
        semester=None,
        title="Fisika",
        filename="fisika.pdf",
        source_sha256=hashlib.sha256(PDF).hexdigest(),
        page_count=1000,
        rows=rows_of(chunks, vectors),
        encoders=(ENCODER.identity,),
        chunker=Chunker("headings", 1, 800, 100),
        created_at=datetime(2026, 1, 2, tzinfo=UTC).isoformat(),
        checksum=checksum_of([chunk.sha256 for chunk in chunks]),
        timings=(("encode", 1.5), ("extract", 0.25)),
    )
    return Pack(replace(manifest, **changes), tuple(chunks), vectors)  # type: ignore[arg-type]


def scan_rows(scans: dict[int, Scan]) -> tuple[ScanRow, ...]:
    """The rows of a manifest for these scans."""
    return tuple(ScanRow(page, scan.quality, Part.of(scan_to_json(scan))) for page, scan in scans.items())


def scanned_pack() -> Pack:
    """A pack of SMALL, two pages of which were read from their pictures and one could not be."""
    return replace(pack_of(SMALL, scans=scan_rows(SCANS), unread=(7,)), scans=SCANS)


@st.composite
def any_chunk(draw: st.DrawFn) -> Chunk:
    """A chunk of any text with any places."""
    text = draw(TEXT)
    starts = sorted({0, *draw(st.lists(st.integers(0, len(text) - 1), max_size=3))})
    spans = tuple(Span(start, draw(st.integers(1, 1000)), draw(st.none() | TEXT)) for start in starts)
    borders = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda pair: pair[0] < pair[1])
    windows = tuple(Window(*pair) for pair in draw(st.lists(borders, min_size=1, max_size=3)))
    return Chunk(text, draw(TEXT), spans, windows)


def assert_same(one: Pack, two: Pack) -> None:
    """Both packs hold the same."""
    assert replace(one.manifest, format=two.manifest.format) == two.manifest
    assert one.chunks == two.chunks
    assert one.scans == two.scans
    assert np.array_equal(one.vectors, two.vectors)
