"""Packs of format 0, a zip of manifest.json, chunks.json, vectors.f16 and scans.json. They are read, never written."""

import hashlib
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nexus_appliance.curriculum.container import damaged
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.manifest import ChunkRow, Manifest, ScanRow, checksum_of, stored
from nexus_appliance.curriculum.manifest_json import check, read_chunker, read_encoder, read_places
from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.parts import PART_LIMIT, Part
from nexus_appliance.curriculum.scan_json import scan_to_json, scans_from_json
from nexus_appliance.curriculum.strict import Fields, items, number, parsed, real
from nexus_appliance.errors import Failure, Invalid

SIGNATURE = b"PK\x03\x04"
FORMAT = 0
MANIFEST, TEXTS, VECTORS, SCANS = "manifest.json", "chunks.json", "vectors.f16", "scans.json"
SIZE_LIMIT = 512 << 20
"""Bytes of such a file; the largest that was made had 10 MB."""
PART_LIMITS = {MANIFEST: 64 << 20, TEXTS: 128 << 20, VECTORS: 256 << 20, SCANS: 128 << 20}
"""Bytes of each part when unpacked; bounds a zip bomb."""

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,  # an unknown compression
    RuntimeError,  # an encrypted part
    ValueError,  # offsets, names and dates that make no sense
    OverflowError,
    OSError,  # a seek before the start
)


def read_zip(path: Path) -> tuple[Manifest, list[str], FloatArray, dict[int, Scan]]:
    """The manifest, the chunks' texts, their vectors and the scans; what holds together is the caller's to check.

    Raises `Invalid` (pack_damaged, pack_format_unknown).
    """
    parts = _unpacked(path)
    try:
        fields = Fields(parsed(parts[MANIFEST]))
        if (found := fields.number("format")) != FORMAT:
            raise Invalid(Failure.PACK_FORMAT_UNKNOWN, format=found)
        texts = [_whole_text(value) for value in items(parsed(parts[TEXTS]), fields.number("chunk_count"))]
        rows = [Fields(item) for item in fields.items("chunks", len(texts))]
        vectors = _vectors(fields, rows, parts[VECTORS])
        scans = _scans(fields, parts.get(SCANS))
        manifest = _manifest(fields, list(_rows(rows, texts, vectors)), scans)
        check(manifest)
    except (ValueError, KeyError) as error:
        raise damaged("manifest") from error
    return manifest, texts, vectors, scans


def _unpacked(path: Path) -> dict[str, bytes]:
    if path.stat().st_size > SIZE_LIMIT:
        raise damaged("size")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = sorted(entry.filename for entry in entries)
            if names not in (sorted(PART_LIMITS), sorted({*PART_LIMITS} - {SCANS})):
                raise damaged("parts")
            return {entry.filename: _part(archive, entry) for entry in entries}
    except _ZIP_ERRORS as error:
        raise damaged("zip") from error


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged("compression")
    limit = PART_LIMITS[entry.filename]
    with archive.open(entry) as file:
        content = file.read(limit + 1)
    if len(content) > limit or len(content) != entry.file_size:
        raise damaged(entry.filename)
    return content


def _whole_text(value: Any) -> str:
    """A chunk's text: not bounded as other texts are, but by what a part may hold."""
    if not isinstance(value, str) or len(value.encode()) > PART_LIMIT:
        raise ValueError("not a text")
    return value


def _vectors(fields: Fields, rows: Sequence[Fields], raw: bytes) -> FloatArray:
    dimensions = read_encoder(fields.fields("encoder")).dimensions
    windows = sum(len(row.items("windows")) for row in rows)
    if len(raw) != windows * dimensions * 2 or hashlib.sha256(raw).hexdigest() != fields.sha256("vectors_sha256"):
        raise ValueError("other vectors")
    return np.frombuffer(raw, dtype="<f2").reshape(windows, dimensions).astype(np.float32)


def _rows(rows: Sequence[Fields], texts: Sequence[str], vectors: FloatArray) -> list[ChunkRow]:
    made, start = [], 0
    for row, content in zip(rows, texts, strict=True):
        part = Part.of(content.encode())
        if part.sha256 != row.sha256("sha256"):
            raise ValueError("another text")
        spans, windows = read_places(row.items("spans"), row.items("windows"))
        own = vectors[start : start + len(windows)]
        made.append(ChunkRow(part, row.text("section"), spans, windows, (Part.of(stored(own)),)))
        start += len(windows)
    return made


def _scans(fields: Fields, raw: bytes | None) -> dict[int, Scan]:
    """The pages that were read from their pictures; books without any say nothing of them."""
    said = fields.fields("scans") if fields.has("scans") else Fields({"read": [], "unread": [], "sha256": None})
    read = [(number(page), real(quality, 1.0)) for page, quality in (items(row, 2) for row in said.items("read"))]
    if raw is None and not read:
        return {}
    if raw is None or hashlib.sha256(raw).hexdigest() != said.sha256("sha256"):
        raise ValueError("other scans")
    scans = scans_from_json(raw)
    if [(page, scan.quality) for page, scan in scans.items()] != read:
        raise ValueError("other scans")
    return scans


def _manifest(fields: Fields, rows: list[ChunkRow], scans: dict[int, Scan]) -> Manifest:
    unread = fields.fields("scans").items("unread") if fields.has("scans") else []
    manifest = Manifest(
        version=fields.text("version"),
        subject=fields.text("subject"),
        grade=fields.number("grade"),
        semester=fields.optional("semester"),
        title=fields.text("title"),
        filename=fields.text("filename"),
        source_sha256=fields.sha256("source_sha256"),
        page_count=fields.number("page_count"),
        rows=tuple(rows),
        encoders=(read_encoder(fields.fields("encoder")),),
        chunker=read_chunker(fields.fields("chunker")),
        created_at=fields.text("created_at"),
        checksum=fields.sha256("checksum"),
        lost_pages=fields.number("lost_pages"),
        scans=tuple(ScanRow(page, scan.quality, Part.of(scan_to_json(scan))) for page, scan in scans.items()),
        unread=tuple(map(number, unread)),
        timings=fields.fields("timings").seconds(),
        format=FORMAT,
    )
    if manifest.checksum != checksum_of([row.text.sha256 for row in rows]):
        raise ValueError("another checksum")
    return manifest
