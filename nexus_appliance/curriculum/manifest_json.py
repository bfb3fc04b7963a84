"""A manifest as JSON: a head of a few kB that is signed, and leaves that list what there is much of.

A leaf ends before a row whose hash begins with "0", or when it is full. So an inserted row changes one leaf, and all
others stay the parts that they were.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from nexus_appliance.curriculum.chunks import Span, Window
from nexus_appliance.curriculum.encoder import EncoderIdentity
from nexus_appliance.curriculum.manifest import (
    DTYPE,
    FORMAT,
    Canaries,
    Chunker,
    ChunkRow,
    Manifest,
    ScanRow,
    checksum_of,
)
from nexus_appliance.curriculum.parts import PART_LIMIT, Part
from nexus_appliance.curriculum.strict import Fields, items, number, parsed, real, sha256, text
from nexus_appliance.errors import Failure, Invalid

LEAF_ROWS = 64
"""Rows of a leaf at most; on average one in 16 ends one."""
LEAVES_LIMIT = 64 << 20
"""Bytes of all leaves together; a book of 300 pages has 80,000."""
LISTS = ("chunks", "scans", "pdf")
"""What leaves list, by their names in the head."""

_PLAIN = (
    *("format", "version", "subject", "grade", "semester", "title", "filename", "source_sha256", "page_count", "name"),
    *("licence", "origin", "lost_pages", "created_at", "checksum", "chunk_count", "unread", "pdf_sha256"),
)


def to_json(manifest: Manifest) -> tuple[bytes, tuple[bytes, ...]]:
    """Head and leaves of a manifest; the same manifest always gives the same bytes."""
    fields = {name: getattr(manifest, name) for name in _PLAIN}
    fields["encoders"] = [asdict(encoder) for encoder in manifest.encoders]
    fields["chunker"] = asdict(manifest.chunker)
    fields["timings"] = dict(manifest.timings)
    canaries = manifest.canaries
    fields["canaries"] = {
        "passages": canaries.passages,
        "questions": canaries.questions,
        "vectors": [_named(part) for part in canaries.vectors],
    }
    rows = ([_row(row) for row in manifest.rows], [_scan(scan) for scan in manifest.scans], map(_named, manifest.pdf))
    leaves: list[bytes] = []
    for name, listed in zip(LISTS, rows, strict=True):
        made = [_compact(leaf) for leaf in _leaves(list(listed))]
        fields[name] = [_named(Part.of(leaf)) for leaf in made]
        leaves.extend(made)
    return _compact(fields), tuple(leaves)


def leaves_of(head: bytes) -> tuple[Part, ...]:
    """The leaves that a head names, in order; raises as `from_json`."""
    fields = _head(head)
    try:
        leaves = tuple(part for name in LISTS for part in _parts(fields.items(name)))
    except (ValueError, KeyError) as error:
        raise _damaged("manifest") from error
    if len(set(leaves)) < len(leaves) or sum(leaf.size for leaf in leaves) > LEAVES_LIMIT:
        raise _damaged("manifest")
    return leaves


def from_json(head: bytes, leaf: Callable[[Part], bytes]) -> Manifest:
    """Read a manifest from anywhere; `leaf` gives what a leaf holds, verified, or raises ValueError.

    Raises `Invalid` (pack_format_unknown, pack_damaged).
    """
    fields = _head(head)
    try:
        manifest = _manifest(fields, *(list(_listed(fields.items(name), leaf)) for name in LISTS))
    except (ValueError, KeyError) as error:
        raise _damaged("manifest") from error
    if manifest.checksum != checksum_of([row.text.sha256 for row in manifest.rows]):
        raise _damaged("checksum")
    return manifest


def _head(raw: bytes) -> Fields:
    try:
        fields = Fields(parsed(raw))
        found = fields.number("format")
    except (ValueError, KeyError) as error:
        raise _damaged("manifest") from error
    if found != FORMAT:
        raise Invalid(Failure.PACK_FORMAT_UNKNOWN, format=found)
    return fields


def _damaged(part: str) -> Invalid:
    return Invalid(Failure.PACK_DAMAGED, part=part)


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _named(part: Part) -> list[Any]:
    return [part.sha256, part.size]


def _row(row: ChunkRow) -> list[Any]:
    """A chunk's row; its first value is the hash by which leaves are cut."""
    spans = [[span.start, span.page, span.printed] for span in row.spans]
    windows = [[window.start, window.end] for window in row.windows]
    return [*_named(row.text), row.section, spans, windows, [_named(part) for part in row.vectors]]


def _scan(scan: ScanRow) -> list[Any]:
    return [*_named(scan.words), scan.page, scan.quality]


def _leaves(rows: Sequence[list[Any]]) -> Iterator[list[list[Any]]]:
    leaf: list[list[Any]] = []
    for row in rows:
        if leaf and (row[0].startswith("0") or len(leaf) == LEAF_ROWS):
            yield leaf
            leaf = []
        leaf.append(row)
    if leaf:
        yield leaf


def _listed(names: list[Any], leaf: Callable[[Part], bytes]) -> Iterator[list[Any]]:
    for part in _parts(names):
        rows = items(parsed(leaf(part)))
        if not 0 < len(rows) <= LEAF_ROWS:
            raise ValueError("not a leaf")
        yield from map(items, rows)


def _manifest(fields: Fields, chunks: list[list[Any]], scans: list[list[Any]], pdf: list[list[Any]]) -> Manifest:
    manifest = Manifest(
        version=fields.text("version"),
        subject=fields.text("subject"),
        grade=fields.number("grade"),
        semester=fields.optional("semester"),
        title=fields.text("title"),
        filename=fields.text("filename"),
        source_sha256=fields.sha256("source_sha256"),
        page_count=fields.number("page_count"),
        rows=tuple(map(_read_row, chunks)),
        encoders=tuple(read_encoder(Fields(item)) for item in fields.items("encoders")),
        chunker=read_chunker(fields.fields("chunker")),
        created_at=fields.text("created_at"),
        checksum=fields.sha256("checksum"),
        name=fields.text("name"),
        licence=fields.text("licence"),
        origin=fields.text("origin"),
        lost_pages=fields.number("lost_pages"),
        scans=tuple(_read_scan(*items(item, 4)) for item in scans),
        unread=tuple(map(number, fields.items("unread"))),
        canaries=_canaries(fields.fields("canaries")),
        pdf=tuple(_parts(pdf)),
        pdf_sha256=fields.sha256("pdf_sha256") if pdf else None,
        timings=fields.fields("timings").seconds(),
    )
    if fields.number("chunk_count") != len(manifest.rows):
        raise ValueError("counts disagree")
    check(manifest)
    return manifest


def check(manifest: Manifest) -> None:
    """Raise ValueError when what a manifest says does not fit together."""
    encoders = manifest.encoders
    if not encoders or any(encoder.dtype != DTYPE for encoder in encoders):
        raise ValueError("no vectors that we know")
    for row in manifest.rows:
        sizes = [len(row.windows) * encoder.dimensions * 2 for encoder in encoders]
        if [part.size for part in row.vectors] != sizes:
            raise ValueError("vectors for other windows")
        if any(span.page > manifest.page_count for span in row.spans):
            raise ValueError("a page beyond the last")
    canaries = manifest.canaries
    texts = len(canaries.passages) + len(canaries.questions)
    if [part.size for part in canaries.vectors] != [texts * encoder.dimensions * 2 for encoder in encoders if texts]:
        raise ValueError("vectors for other canaries")
    for pages in ([scan.page for scan in manifest.scans], list(manifest.unread)):
        if pages != sorted(set(pages)) or not all(1 <= page <= manifest.page_count for page in pages):
            raise ValueError("pages out of order")


def read_encoder(fields: Fields) -> EncoderIdentity:
    """The identity of an encoder; raises ValueError, KeyError."""
    return EncoderIdentity(
        id=fields.text("id"),
        dimensions=fields.number("dimensions"),
        dtype=fields.text("dtype"),
        query_prefix=fields.text("query_prefix"),
        passage_prefix=fields.text("passage_prefix"),
        sha256=fields.sha256("sha256"),
    )


def read_chunker(fields: Fields) -> Chunker:
    """How the text was cut; raises ValueError, KeyError."""
    return Chunker(fields.text("name"), fields.number("version"), fields.number("size"), fields.number("overlap"))


def read_places(spans: list[Any], windows: list[Any]) -> tuple[tuple[Span, ...], tuple[Window, ...]]:
    """The spans and windows of a chunk; raises ValueError."""
    read_spans = tuple(_read_span(*items(item, 3)) for item in spans)
    read_windows = tuple(Window(*map(number, items(item, 2))) for item in windows)
    starts = [span.start for span in read_spans]
    if not starts or starts[0] != 0 or any(a >= b for a, b in pairwise(starts)):
        raise ValueError("pages out of order")
    if not read_windows or any(window.start >= window.end for window in read_windows):
        raise ValueError("an empty window")
    return read_spans, read_windows


def _read_span(start: Any, page: Any, printed: Any) -> Span:
    if number(page) < 1:
        raise ValueError("no such page")
    return Span(number(start), page, None if printed is None else text(printed))


def _read_row(item: list[Any]) -> ChunkRow:
    name, size, section, spans, windows, vectors = items(item, 6)
    places = read_places(items(spans), items(windows))
    return ChunkRow(_part(name, size), text(section), *places, tuple(_parts(items(vectors))))


def _read_scan(name: Any, size: Any, page: Any, quality: Any) -> ScanRow:
    return ScanRow(number(page), real(quality, 1.0), _part(name, size))


def _canaries(fields: Fields) -> Canaries:
    return Canaries(
        tuple(map(text, fields.items("passages"))),
        tuple(map(text, fields.items("questions"))),
        tuple(_parts(fields.items("vectors"))),
    )


def _parts(named: list[Any]) -> list[Part]:
    return [_part(*items(item, 2)) for item in named]


def _part(name: Any, size: Any) -> Part:
    if number(size) > PART_LIMIT:
        raise ValueError("a part too large")
    return Part(sha256(name), size)
