"""Packs of format 0, as the first release of the program wrote them."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from nexus_appliance.curriculum.manifest import stored
from nexus_appliance.curriculum.pack import Pack
from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.scan_json import to_plain

_PLAIN = (
    *("version", "subject", "grade", "semester", "title", "filename", "source_sha256", "page_count"),
    *("lost_pages", "created_at", "checksum", "chunk_count"),
)


def scans_to_json(scans: Mapping[int, Scan]) -> bytes:
    """All scans of a pack."""
    pages = {str(page): to_plain(scan) for page, scan in sorted(scans.items())}
    return json.dumps({"version": 1, "pages": pages}, ensure_ascii=False, separators=(",", ":")).encode()


def manifest_of(pack: Pack) -> dict[str, object]:
    """The manifest of format 0."""
    manifest = pack.manifest
    fields = {name: getattr(manifest, name) for name in _PLAIN}
    fields |= {
        "format": 0,
        "encoder": asdict(manifest.encoders[0]),
        "chunker": asdict(manifest.chunker),
        "timings": dict(manifest.timings),
        "vectors_sha256": hashlib.sha256(stored(pack.vectors)).hexdigest(),
        "chunks": [
            {
                "sha256": row.text.sha256,
                "section": row.section,
                "spans": [[span.start, span.page, span.printed] for span in row.spans],
                "windows": [[window.start, window.end] for window in row.windows],
            }
            for row in manifest.rows
        ],
    }
    if manifest.scans or manifest.unread:
        digest = hashlib.sha256(scans_to_json(pack.scans)).hexdigest() if pack.scans else None
        read = [[scan.page, scan.quality] for scan in manifest.scans]
        fields["scans"] = {"read": read, "unread": list(manifest.unread), "sha256": digest}
    return fields


def write_format0(path: Path, pack: Pack, changes: Mapping[str, object] = {}, **parts: bytes) -> Path:
    """Write `pack`, with changes to its manifest, or with whole parts replaced (`chunks_json=b"..."`)."""
    content = {
        "manifest.json": json.dumps({**manifest_of(pack), **changes}).encode(),
        "chunks.json": json.dumps([chunk.text for chunk in pack.chunks]).encode(),
        "vectors.f16": stored(pack.vectors),
    }
    if pack.scans:
        content["scans.json"] = scans_to_json(pack.scans)
    content |= {name.replace("_", "."): part for name, part in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path
