"""The manifest of a knowledge pack: what it says of itself, and the parts that it consists of. See docs/vkp.md."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.encoder import EncoderIdentity, FloatArray
from nexus_appliance.curriculum.parts import Part

FORMAT = 1
"""What is written; `zip_pack` reads format 0."""
DTYPE = "float16"
"""How vectors are stored: half the size of float32, and the rounding is below the spread between engines."""


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """One chunk in order: its text, where it stands, how it is windowed, and its vectors by each encoder in turn."""

    text: Part
    section: str
    spans: tuple[Span, ...]
    windows: tuple[Window, ...]
    vectors: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chunker:
    """How the text was cut; sizes in tokens of the encoder."""

    name: str
    version: int
    size: int
    overlap: int


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A page that was read from its picture, how well (0 to 1), and its words with their places (`scan_json`)."""

    page: int
    quality: float
    words: Part


@dataclass(frozen=True, slots=True)
class Canaries:
    """Texts whose vectors tell whether an encoder is the one that the pack was made with.

    `vectors` by each encoder in turn are those of the passages, then those of the questions.
    """

    passages: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    vectors: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself. `checksum` is the sha256 over the chunks' hashes in order.

    `name` tells one source of a subject from the others in a channel; it is empty for what a school made. `origin` is
    where the source is from, in words. `pdf` are the pieces of the PDF that shows the pages, if the pack brings one:
    the source, or one that shows the same and changes less with a correction. `unread` are the pages of which only the
    picture has the text, and it could not be read.
    """

    version: str
    subject: str
    grade: int
    semester: int | None
    title: str
    filename: str
    source_sha256: str
    page_count: int
    rows: tuple[ChunkRow, ...]
    encoders: tuple[EncoderIdentity, ...]
    chunker: Chunker
    created_at: str
    checksum: str
    name: str = ""
    licence: str = ""
    origin: str = ""
    lost_pages: int = 0
    scans: tuple[ScanRow, ...] = ()
    unread: tuple[int, ...] = ()
    canaries: Canaries = Canaries()
    pdf: tuple[Part, ...] = ()
    pdf_sha256: str | None = None
    timings: tuple[tuple[str, float], ...] = ()
    format: int = FORMAT

    @property
    def chunk_count(self) -> int:
        """Chunks of the pack."""
        return len(self.rows)

    @property
    def window_count(self) -> int:
        """Windows of the pack, and so vectors of each encoder."""
        return sum(len(row.windows) for row in self.rows)

    def place_of(self, encoder_key: str) -> int | None:
        """Where among the encoders the one of this key stands; None if the pack has no vectors of it."""
        keys = [encoder.key for encoder in self.encoders]
        return keys.index(encoder_key) if encoder_key in keys else None

    def parts(self) -> Iterator[Part]:
        """What the pack consists of, in the order of its file, repeated where it is used twice."""
        for row in self.rows:
            yield row.text
            yield from row.vectors
        yield from self.canaries.vectors
        for scan in self.scans:
            yield scan.words
        yield from self.pdf


def rows_of(chunks: Sequence[Chunk], *vectors: FloatArray) -> tuple[ChunkRow, ...]:
    """The rows for these chunks; `vectors` by each encoder: (windows, dimensions), by chunk, then by window."""
    rows, start = [], 0
    for chunk in chunks:
        end = start + len(chunk.windows)
        own = tuple(Part.of(stored(array[start:end])) for array in vectors)
        rows.append(ChunkRow(Part.of(chunk.text.encode()), chunk.section, chunk.spans, chunk.windows, own))
        start = end
    return tuple(rows)


def stored(vectors: FloatArray) -> bytes:
    """Vectors as a pack stores them: `DTYPE`, little-endian."""
    return vectors.astype("<f2").tobytes()


def checksum_of(hashes: Sequence[str]) -> str:
    """The sha256 over chunk hashes in order, one a line."""
    return hashlib.sha256("".join(f"{value}\n" for value in hashes).encode()).hexdigest()
