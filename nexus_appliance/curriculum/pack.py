"""Knowledge packs in memory and as files: one source, its texts, their vectors, and what the pages show."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nexus_appliance.curriculum import zip_pack
from nexus_appliance.curriculum.chunks import Chunk
from nexus_appliance.curriculum.container import PACK_LIMIT, WholePack, damaged, lacking, order_of, write_delta
from nexus_appliance.curriculum.container import write_whole as write_container
from nexus_appliance.curriculum.encoder import EncoderIdentity, FloatArray
from nexus_appliance.curriculum.manifest import Manifest, stored
from nexus_appliance.curriculum.manifest_json import leaves_of, to_json
from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.parts import Part, freeze
from nexus_appliance.curriculum.pdf_pieces import pieces_of
from nexus_appliance.curriculum.scan_json import scan_from_json, scan_to_json
from nexus_appliance.errors import Failure, Unavailable

UNIT_TOLERANCE = 0.01
"""A stored vector's length differs from 1 by at most this; float16 rounding causes 0.001."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A manifest with its texts and the vectors of one encoder: float32 (windows, dimensions), by chunk, then window.

    `encoder` is that encoder's place in the manifest. `scans` by page number are the pages that were read from their
    pictures; `canaries` are the vectors of the manifest's canaries.
    """

    manifest: Manifest
    chunks: tuple[Chunk, ...]
    vectors: FloatArray
    scans: Mapping[int, Scan] = field(default_factory=dict)
    canaries: FloatArray | None = None
    encoder: int = 0

    @property
    def identity(self) -> EncoderIdentity:
        """The encoder that made the vectors."""
        return self.manifest.encoders[self.encoder]


def write_pack(path: Path, pack: Pack, pdf: bytes = b"", others: Sequence[FloatArray] = ()) -> None:
    """Write `pack` so that a power loss leaves the old file or the new one. The same pack gives the same bytes.

    `pdf` is the file whose pieces the manifest names; `others` are the vectors of the manifest's further encoders.
    Raises `Unavailable` (disk_full).
    """
    head, leaves = to_json(pack.manifest)
    content = {Part.of(leaf): leaf for leaf in leaves}
    content |= {Part.of(made): made for made in _contents(pack, pdf, others)}
    order = order_of(leaves_of(head), pack.manifest)
    with written(path) as file:
        write_container(file, freeze(head), (freeze(content[part]) for part in order), len(order))


def _contents(pack: Pack, pdf: bytes, others: Sequence[FloatArray]) -> Iterator[bytes]:
    start = 0
    for chunk in pack.chunks:
        end = start + len(chunk.windows)
        yield chunk.text.encode()
        yield from (stored(vectors[start:end]) for vectors in (pack.vectors, *others))
        start = end
    if pack.canaries is not None:
        yield stored(pack.canaries)
    yield from map(scan_to_json, pack.scans.values())
    if pack.manifest.pdf:
        yield from pieces_of(pdf)


def rewrite_pack(pack: Path, out: Path, change: Callable[[Manifest], Manifest]) -> None:
    """Write a whole pack with another manifest that names the same parts; raises as `read_pack` and `write_pack`."""
    with opened(pack) as whole, written(out) as file:
        head, leaves = to_json(change(whole.manifest))
        made = {Part.of(leaf): freeze(leaf) for leaf in leaves}
        order = order_of(leaves_of(head), whole.manifest)
        frames = (made[part] if part in made else whole.frame_of(part) for part in order)
        write_container(file, freeze(head), frames, len(order))


def write_delta_pack(path: Path, new: Path, old: Path) -> None:
    """Write the delta that makes the whole pack `new` of the whole pack `old`.

    Raises `Invalid` (pack_damaged, pack_format_unknown) and `Unavailable` (disk_full).
    """
    with opened(new) as newer, opened(old) as older, written(path) as file:
        write_delta(file, hashlib.sha256(newer.frame).hexdigest(), list(lacking(newer, older)))


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` at the end, whole, also after a power loss; or else leaves no trace.

    Raises `Unavailable` (disk_full).
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
        sync_folder(path.parent)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(name)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(Failure.DISK_FULL) from error
        raise


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power loss; Windows does that by itself and cannot open folders."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def opened(path: Path) -> Iterator[WholePack]:
    """A whole pack with its manifest, open for its parts; raises as `read_pack`."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > PACK_LIMIT:
            raise damaged("size")
        yield WholePack(file)


def read_pack(path: Path, encoder_key: str = "") -> Pack:
    """Read a pack from anywhere and verify all of it, with the vectors of this encoder if it has any, else its first.

    Raises `Invalid` (pack_damaged, pack_format_unknown).
    """
    if _is_zip(path):
        manifest, texts, vectors, scans = zip_pack.read_zip(path)
        return Pack(manifest, _chunks(manifest, texts), _unit(vectors), scans)
    with opened(path) as whole:
        manifest = whole.manifest
        place = manifest.place_of(encoder_key) or 0
        chunks = _chunks(manifest, _texts(whole))
        vectors = _vectors(whole, [row.vectors for row in manifest.rows])[place]
        canaries = _vectors(whole, [manifest.canaries.vectors]) if manifest.canaries.vectors else None
        _check_pdf(whole)
        return Pack(manifest, chunks, vectors, _scans(whole), canaries[place] if canaries else None, place)


def read_manifest(path: Path) -> Manifest:
    """Only the manifest; the parts are not looked at. Raises as `read_pack`."""
    if _is_zip(path):
        return zip_pack.read_zip(path)[0]
    with opened(path) as whole:
        return whole.manifest


def read_head(path: Path) -> bytes:
    """The frame of a whole pack's head, what a channel signs; raises as `read_pack`."""
    with opened(path) as whole:
        return whole.frame


def read_scan(path: Path, page: int) -> Scan | None:
    """The words of a page that was read from its picture, None if it was not. Raises as `read_pack`."""
    if _is_zip(path):
        return zip_pack.read_zip(path)[3].get(page)
    with opened(path) as whole:
        return _scans(whole, lambda number: number == page).get(page)


def write_pdf(path: Path, pack: Path) -> None:
    """Write the PDF that a pack brings; raises as `read_pack`, and `Unavailable` (disk_full)."""
    with opened(pack) as whole, written(path) as file:
        for content in pdf_of(whole):
            file.write(content)


def pdf_of(whole: WholePack) -> Iterator[bytes]:
    """The PDF that a pack brings, piece by piece; raises `Invalid` (pack_damaged), at the end if it is another one."""
    digest = hashlib.sha256()
    for part in whole.manifest.pdf:
        content = whole.held(part)
        digest.update(content)
        yield content
    if digest.hexdigest() != whole.manifest.pdf_sha256:
        raise damaged("pdf")


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(zip_pack.SIGNATURE)) == zip_pack.SIGNATURE


def _check_pdf(whole: WholePack) -> None:
    if whole.manifest.pdf:
        for _content in pdf_of(whole):
            pass


def _texts(whole: WholePack) -> Iterator[str]:
    for row in whole.manifest.rows:
        try:
            yield whole.held(row.text).decode()
        except UnicodeDecodeError as error:
            raise damaged("chunks") from error


def _chunks(manifest: Manifest, texts: Iterator[str] | Sequence[str]) -> tuple[Chunk, ...]:
    chunks = []
    for text, row in zip(texts, manifest.rows, strict=True):
        offsets = [*(span.start for span in row.spans), *(window.end - 1 for window in row.windows)]
        if max(offsets) >= len(text):
            raise damaged("chunks")
        chunks.append(Chunk(text, row.section, row.spans, row.windows))
    return tuple(chunks)


def _vectors(whole: WholePack, rows: Sequence[tuple[Part, ...]]) -> list[FloatArray]:
    """The vectors of each encoder in turn; `rows` have a part for each."""
    made = []
    for place, encoder in enumerate(whole.manifest.encoders):
        raw = b"".join(whole.held(row[place]) for row in rows)
        made.append(_unit(np.frombuffer(raw, "<f2").reshape(-1, encoder.dimensions).astype(np.float32)))
    return made


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1)
    if not (np.abs(lengths - 1) <= UNIT_TOLERANCE).all():  # also false for numbers that are not finite
        raise damaged("vectors")
    return vectors


def _scans(whole: WholePack, wanted: Callable[[int], bool] = lambda _page: True) -> dict[int, Scan]:
    scans = {}
    for row in whole.manifest.scans:
        if wanted(row.page):
            try:
                scan = scan_from_json(whole.held(row.words))
            except ValueError as error:
                raise damaged("scans") from error
            if scan.quality != row.quality:
                raise damaged("scans")
            scans[row.page] = scan
    return scans
