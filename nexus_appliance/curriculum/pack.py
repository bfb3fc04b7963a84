"""Knowledge packs, format 0: one zip with manifest.json, chunks.json (the texts) and vectors.f16 (little-endian).

A pack with pages that were read from their pictures also has scans.json: their words and where they stand.
"""

import contextlib
import errno
import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nexus_appliance.curriculum.chunks import Chunk
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.manifest import Manifest, from_json, to_json
from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.scan_json import scans_from_json, scans_to_json
from nexus_appliance.errors import Failure, Invalid, Unavailable

MANIFEST, TEXTS, VECTORS, SCANS = "manifest.json", "chunks.json", "vectors.f16", "scans.json"
PACK_LIMIT = 512 * 1024 * 1024
"""Bytes of a pack file; the largest book tried makes 10 MB."""
PART_LIMITS = {
    MANIFEST: 64 * 1024 * 1024,
    TEXTS: 128 * 1024 * 1024,
    VECTORS: 256 * 1024 * 1024,
    SCANS: 128 * 1024 * 1024,
}
"""Bytes of each part when unpacked; bounds a zip bomb."""
UNIT_TOLERANCE = 0.01
"""A stored vector's length differs from 1 by at most this; float16 rounding causes 0.001."""
_DATE = (1980, 1, 1, 0, 0, 0)

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


@dataclass(frozen=True, slots=True)
class Pack:
    """A manifest with its texts and its vectors: float32 (windows, dimensions), rows by chunk, then by window.

    `scans` by page number are the pages that were read from their pictures.
    """

    manifest: Manifest
    chunks: tuple[Chunk, ...]
    vectors: FloatArray
    scans: Mapping[int, Scan] = field(default_factory=dict)


def stored(vectors: FloatArray) -> bytes:
    """Vectors as a pack stores them."""
    return vectors.astype("<f2").tobytes()


def write_pack(path: Path, pack: Pack) -> None:
    """Write `pack` so that a power loss leaves the old file or the new one. The same pack gives the same bytes.

    Raises `Unavailable` (disk_full).
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        _add(archive, MANIFEST, to_json(pack.manifest))
        texts = json.dumps([chunk.text for chunk in pack.chunks], ensure_ascii=False, separators=(",", ":"))
        _add(archive, TEXTS, texts.encode())
        _add(archive, VECTORS, stored(pack.vectors))
        if pack.scans:
            _add(archive, SCANS, scans_to_json(pack.scans))
    try:
        _replace(path, content.getvalue())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(Failure.DISK_FULL) from error
        raise


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content, compresslevel=6)


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read_pack(path: Path) -> Pack:
    """Read a pack from anywhere and verify all of it; raises `Invalid` (pack_damaged, pack_format_unknown)."""
    parts = _parts(path)
    manifest = from_json(parts[MANIFEST])
    chunks = _chunks(manifest, parts[TEXTS])
    return Pack(manifest, chunks, _vectors(manifest, parts[VECTORS]), _scans(manifest, parts.get(SCANS)))


def read_manifest(path: Path) -> Manifest:
    """Only the manifest; the texts and vectors are not looked at. Raises as `read_pack`."""
    return from_json(_parts(path, only=(MANIFEST,))[MANIFEST])


def read_scans(path: Path) -> dict[int, Scan]:
    """Only the pages that were read from their pictures, by number; takes 0.1 s for 300. Raises as `read_pack`."""
    parts = _parts(path, only=(MANIFEST, SCANS))
    return _scans(from_json(parts[MANIFEST]), parts.get(SCANS))


def _damaged(part: str) -> Invalid:
    return Invalid(Failure.PACK_DAMAGED, part=part)


def _parts(path: Path, only: tuple[str, ...] = tuple(PART_LIMITS)) -> dict[str, bytes]:
    if path.stat().st_size > PACK_LIMIT:
        raise _damaged("size")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = sorted(entry.filename for entry in entries)
            if names not in (sorted(PART_LIMITS), sorted({*PART_LIMITS} - {SCANS})):
                raise _damaged("parts")
            return {entry.filename: _part(archive, entry) for entry in entries if entry.filename in only}
    except _ZIP_ERRORS as error:
        raise _damaged("zip") from error


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _damaged("compression")
    limit = PART_LIMITS[entry.filename]
    with archive.open(entry) as file:
        content = file.read(limit + 1)
    if len(content) > limit or len(content) != entry.file_size:
        raise _damaged(entry.filename)
    return content


def _chunks(manifest: Manifest, raw: bytes) -> tuple[Chunk, ...]:
    texts = _texts(raw)
    if len(texts) != len(manifest.rows):
        raise _damaged("chunks")
    chunks = []
    for text, row in zip(texts, manifest.rows, strict=True):
        chunk = Chunk(text, row.section, row.spans, row.windows)
        offsets = [*(span.start for span in row.spans), *(window.end - 1 for window in row.windows)]
        if chunk.sha256 != row.sha256 or max(offsets) >= len(text):
            raise _damaged("chunks")
        chunks.append(chunk)
    return tuple(chunks)


def _texts(raw: bytes) -> list[str]:
    try:
        texts: Any = json.loads(raw)
        if not isinstance(texts, list):
            raise _damaged("chunks")
        for text in texts:
            if not isinstance(text, str):
                raise _damaged("chunks")
            text.encode()
    except (ValueError, RecursionError) as error:
        raise _damaged("chunks") from error
    return texts


def _vectors(manifest: Manifest, raw: bytes) -> FloatArray:
    dimensions = manifest.encoder.dimensions
    right_size = len(raw) == manifest.window_count * dimensions * 2
    if not right_size or hashlib.sha256(raw).hexdigest() != manifest.vectors_sha256:
        raise _damaged("vectors")
    vectors = np.frombuffer(raw, dtype="<f2").reshape(-1, dimensions).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1)
    if not (np.abs(lengths - 1) <= UNIT_TOLERANCE).all():  # also false for numbers that are not finite
        raise _damaged("vectors")
    return vectors


def _scans(manifest: Manifest, raw: bytes | None) -> dict[int, Scan]:
    if raw is None and manifest.scans_sha256 is None:
        return {}
    if raw is None or hashlib.sha256(raw).hexdigest() != manifest.scans_sha256:
        raise _damaged("scans")
    try:
        scans = scans_from_json(raw)
    except ValueError as error:
        raise _damaged("scans") from error
    if tuple((page, scan.quality) for page, scan in scans.items()) != manifest.scanned_pages:
        raise _damaged("scans")
    return scans
