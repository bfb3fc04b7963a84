"""The manifest of a knowledge pack (format 0, provisional) and its strict reading."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.encoder import EncoderIdentity
from nexus_appliance.errors import Failure, Invalid

FORMAT = 0
DTYPE = "float16"
"""How vectors are stored: half the size of float32, and the rounding is below the spread between engines."""
NUMBER_LIMIT = 2**31
TEXT_LIMIT = 10_000
"""Characters of any one text in a manifest."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """One chunk in order: the hash of its text, where it stands and how it is windowed."""

    sha256: str
    section: str
    spans: tuple[Span, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Chunker:
    """How the text was cut; sizes in tokens of the encoder."""

    name: str
    version: int
    size: int
    overlap: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself. `checksum` is the sha256 over the chunks' hashes in order.

    `scanned_pages` gives (page, quality from 0 to 1) of the pages that were read from their pictures; `unread_pages`
    are those whose pictures could not be read.
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
    encoder: EncoderIdentity
    chunker: Chunker
    created_at: str
    checksum: str
    vectors_sha256: str
    lost_pages: int = 0
    scanned_pages: tuple[tuple[int, float], ...] = ()
    unread_pages: tuple[int, ...] = ()
    scans_sha256: str | None = None
    timings: tuple[tuple[str, float], ...] = ()
    format: int = FORMAT

    @property
    def chunk_count(self) -> int:
        """Chunks of the pack."""
        return len(self.rows)

    @property
    def window_count(self) -> int:
        """Windows, and so vectors, of the pack."""
        return sum(len(row.windows) for row in self.rows)


def rows_of(chunks: Sequence[Chunk]) -> tuple[ChunkRow, ...]:
    """The manifest's rows for these chunks."""
    return tuple(ChunkRow(chunk.sha256, chunk.section, chunk.spans, chunk.windows) for chunk in chunks)


def checksum_of(hashes: Sequence[str]) -> str:
    """The sha256 over chunk hashes in order, one a line."""
    return hashlib.sha256("".join(f"{value}\n" for value in hashes).encode()).hexdigest()


def to_json(manifest: Manifest) -> bytes:
    """The manifest as JSON; the same manifest always gives the same bytes."""
    fields = {name: getattr(manifest, name) for name in _PLAIN}
    fields["encoder"] = asdict(manifest.encoder)
    fields["chunker"] = asdict(manifest.chunker)
    fields["timings"] = dict(manifest.timings)
    if manifest.scanned_pages or manifest.unread_pages:
        fields["scans"] = {
            "read": manifest.scanned_pages,
            "unread": manifest.unread_pages,
            "sha256": manifest.scans_sha256,
        }
    fields["chunk_count"] = manifest.chunk_count
    fields["chunks"] = [
        {
            "sha256": row.sha256,
            "section": row.section,
            "spans": [[span.start, span.page, span.printed] for span in row.spans],
            "windows": [[window.start, window.end] for window in row.windows],
        }
        for row in manifest.rows
    ]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


_PLAIN = (
    *("format", "version", "subject", "grade", "semester", "title", "filename", "source_sha256", "page_count"),
    *("lost_pages", "created_at", "checksum", "vectors_sha256"),
)


def from_json(raw: bytes) -> Manifest:
    """Read a manifest from anywhere; raise `Invalid` (pack_format_unknown, pack_damaged)."""
    try:
        fields = _Fields(json.loads(raw))
        if fields.number("format") != FORMAT:
            raise Invalid(Failure.PACK_FORMAT_UNKNOWN, format=fields.number("format"))
        manifest = _manifest(fields)
    except (ValueError, RecursionError, KeyError) as error:
        raise Invalid(Failure.PACK_DAMAGED, part="manifest") from error
    if manifest.checksum != checksum_of([row.sha256 for row in manifest.rows]):
        raise Invalid(Failure.PACK_DAMAGED, part="checksum")
    return manifest


class _Fields:
    """A JSON object whose values are read by type; anything unexpected is a ValueError or KeyError."""

    def __init__(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise ValueError("not an object")  # noqa: TRY004 - one error type for all damage
        self._value: dict[str, Any] = value

    def text(self, name: str) -> str:
        return _text(self._value[name])

    def sha256(self, name: str) -> str:
        return _sha256(self._value[name])

    def number(self, name: str) -> int:
        return _number(self._value[name])

    def items(self, name: str) -> list[Any]:
        return _list(self._value[name])

    def fields(self, name: str) -> "_Fields":
        return _Fields(self._value[name])

    def optional(self, name: str) -> int | None:
        return None if self._value[name] is None else self.number(name)

    def has(self, name: str) -> bool:
        return name in self._value

    def seconds(self) -> tuple[tuple[str, float], ...]:
        """All values as (name, seconds)."""
        for value in self._value.values():
            if type(value) not in (int, float) or not 0 <= value < NUMBER_LIMIT:
                raise ValueError("not a duration")
        return tuple((_text(name), float(value)) for name, value in sorted(self._value.items()))


def _manifest(fields: _Fields) -> Manifest:
    encoder, chunker = fields.fields("encoder"), fields.fields("chunker")
    manifest = Manifest(
        version=fields.text("version"),
        subject=fields.text("subject"),
        grade=fields.number("grade"),
        semester=fields.optional("semester"),
        title=fields.text("title"),
        filename=fields.text("filename"),
        source_sha256=fields.sha256("source_sha256"),
        page_count=fields.number("page_count"),
        rows=tuple(_row(_Fields(item)) for item in fields.items("chunks")),
        encoder=EncoderIdentity(
            id=encoder.text("id"),
            dimensions=encoder.number("dimensions"),
            dtype=encoder.text("dtype"),
            query_prefix=encoder.text("query_prefix"),
            passage_prefix=encoder.text("passage_prefix"),
            sha256=encoder.sha256("sha256"),
        ),
        chunker=Chunker(
            chunker.text("name"), chunker.number("version"), chunker.number("size"), chunker.number("overlap")
        ),
        created_at=fields.text("created_at"),
        checksum=fields.sha256("checksum"),
        vectors_sha256=fields.sha256("vectors_sha256"),
        lost_pages=fields.number("lost_pages"),
        timings=fields.fields("timings").seconds(),
    )
    if fields.has("scans"):  # books without scans, and packs made before there were any, have none
        manifest = replace(manifest, **_scans(fields.fields("scans"), manifest.page_count))
    if fields.number("chunk_count") != len(manifest.rows) or manifest.encoder.dtype != DTYPE:
        raise ValueError("counts or types disagree")
    if any(span.page > manifest.page_count for row in manifest.rows for span in row.spans):
        raise ValueError("a page beyond the last")
    return manifest


def _scans(fields: _Fields, page_count: int) -> dict[str, Any]:
    read = tuple(_quality(_list(item, 2)) for item in fields.items("read"))
    unread = tuple(_number(page) for page in fields.items("unread"))
    for pages in ([page for page, _quality in read], list(unread)):
        if pages != sorted(set(pages)) or not all(1 <= page <= page_count for page in pages):
            raise ValueError("pages out of order")
    return {
        "scanned_pages": read,
        "unread_pages": unread,
        "scans_sha256": fields.sha256("sha256") if read else None,
    }


def _quality(item: list[Any]) -> tuple[int, float]:
    page, quality = item
    if type(quality) not in (int, float) or not 0 <= quality <= 1:
        raise ValueError("not a quality")
    return _number(page), float(quality)


def _row(fields: _Fields) -> ChunkRow:
    spans = tuple(_span(_list(item, 3)) for item in fields.items("spans"))
    windows = tuple(Window(*map(_number, _list(item, 2))) for item in fields.items("windows"))
    starts = [span.start for span in spans]
    if not spans or starts[0] != 0 or any(a >= b for a, b in pairwise(starts)):
        raise ValueError("pages out of order")
    if not windows or any(window.start >= window.end for window in windows):
        raise ValueError("an empty window")
    return ChunkRow(fields.sha256("sha256"), fields.text("section"), spans, windows)


def _span(item: list[Any]) -> Span:
    start, page, printed = item
    if _number(page) < 1:
        raise ValueError("no such page")
    return Span(_number(start), page, None if printed is None else _text(printed))


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > TEXT_LIMIT:
        raise ValueError("not a text")
    value.encode()
    return value


def _sha256(value: Any) -> str:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ValueError("not a sha256")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < NUMBER_LIMIT:
        raise ValueError("not a number")
    return value


def _list(value: Any, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ValueError("not a list")
    return value
