"""The file of a pack: a header, the head of the manifest, a table, and the frames of parts one after the other.

A *whole* pack (`.vkp`) has everything that its head names, in that order, so its table needs lengths only. A *delta*
has no head, and the parts that an earlier pack lacks, with their names in the table. See docs/vkp.md.
"""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from nexus_appliance.curriculum.manifest import FORMAT, Manifest
from nexus_appliance.curriculum.manifest_json import from_json, leaves_of
from nexus_appliance.curriculum.parts import FRAME_LIMIT, Part, thaw, thaw_part
from nexus_appliance.errors import Failure, Invalid

SIGNATURE = b"\x8fVKP\r\n"
"""As PNG does it: a copy in text mode, or one that drops the eighth bit, is seen at once."""
LAYOUT = FORMAT
HEADER = struct.Struct("<6sHII32s")
"""Signature, layout, bytes of the head's frame (0: a delta), frames, sha256 of the frame of the head that it is of."""
LENGTH = struct.Struct("<I")
NAMED_LENGTH = struct.Struct("<I32s")
HEAD_LIMIT = 1 << 20
"""Bytes of a head; a book of 300 pages has 3,000, one of 3,000 pages 40,000."""
FRAMES_LIMIT = 500_000
PACK_LIMIT = 1 << 30
"""Bytes of a pack file; the largest book tried makes 60 MB with its PDF."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the frame of a part lies in a file, in bytes."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        """The byte after its last."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes of a file say: the head's frame is `head_length` long, the table has `frames` rows."""

    head_length: int
    frames: int
    head_sha256: str

    @property
    def table(self) -> Place:
        """Where the table lies."""
        row = LENGTH if self.head_length else NAMED_LENGTH
        return Place(HEADER.size + self.head_length, self.frames * row.size)


def damaged(part: str) -> Invalid:
    """The failure for a pack of which this part is not what it must be."""
    return Invalid(Failure.PACK_DAMAGED, part=part)


def read_header(raw: bytes) -> Header:
    """The header at the start of a file from anywhere; raises `Invalid` (pack_damaged, pack_format_unknown)."""
    if len(raw) < HEADER.size or not raw.startswith(SIGNATURE):
        raise damaged("header")
    _signature, layout, head_length, frames, digest = HEADER.unpack_from(raw)
    if layout != LAYOUT:
        raise Invalid(Failure.PACK_FORMAT_UNKNOWN, format=layout)
    if head_length > HEAD_LIMIT or frames > FRAMES_LIMIT:
        raise damaged("header")
    return Header(head_length, frames, digest.hex())


def read_lengths(header: Header, table: bytes) -> list[Place]:
    """Where the frames of a whole pack lie, in its order; raises `Invalid` (pack_damaged)."""
    if len(table) != header.table.length:
        raise damaged("table")
    return _places(header, [length for (length,) in LENGTH.iter_unpack(table)])


def read_named(header: Header, table: bytes) -> dict[str, Place]:
    """Where the parts of a delta lie, by name; raises `Invalid` (pack_damaged)."""
    if len(table) != header.table.length:
        raise damaged("table")
    rows = list(NAMED_LENGTH.iter_unpack(table))
    names = [name.hex() for _length, name in rows]
    return dict(zip(names, _places(header, [length for length, _name in rows]), strict=True))


def _places(header: Header, lengths: Sequence[int]) -> list[Place]:
    places, offset = [], header.table.end
    for length in lengths:
        if not 0 < length <= FRAME_LIMIT:
            raise damaged("table")
        places.append(Place(offset, length))
        offset += length
    if offset > PACK_LIMIT:
        raise damaged("size")
    return places


def thaw_head(frame: bytes) -> bytes:
    """The head in a frame from anywhere; raises `Invalid` (pack_damaged)."""
    try:
        return thaw(frame, HEAD_LIMIT)
    except ValueError as error:
        raise damaged("manifest") from error


def order_of(leaves: Iterable[Part], manifest: Manifest) -> list[Part]:
    """The parts of a whole pack in the order of its file, each once."""
    return list(dict.fromkeys([*leaves, *manifest.parts()]))


class WholePack:
    """An opened `.vkp` file whose manifest is read; raises `Invalid` (pack_damaged, pack_format_unknown).

    Nothing is trusted but what a hash vouches for: of the head that is the channel's signature, where there is one.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        size = file.seek(0, os.SEEK_END)
        header = read_header(self._read(Place(0, HEADER.size)))
        if not header.head_length:
            raise damaged("header")
        self.frame = self._read(Place(HEADER.size, header.head_length))
        if hashlib.sha256(self.frame).hexdigest() != header.head_sha256:
            raise damaged("header")
        places = read_lengths(header, self._read(header.table))
        if size != (places[-1].end if places else header.table.end):
            raise damaged("size")
        head = thaw_head(self.frame)
        leaves = leaves_of(head)
        self._places: Mapping[Part, Place] = dict(zip(dict.fromkeys(leaves), places, strict=False))
        self.manifest = from_json(head, self._leaf)
        self.order = order_of(leaves, self.manifest)
        if len(self.order) != len(places):
            raise damaged("table")
        self._places = dict(zip(self.order, places, strict=True))

    def __contains__(self, part: Part) -> bool:
        return part in self._places

    def held(self, part: Part) -> bytes:
        """What a part of the manifest holds, verified; raises `Invalid` (pack_damaged)."""
        try:
            return self._leaf(part)
        except ValueError as error:
            raise damaged(part.sha256) from error

    def frame_of(self, part: Part) -> bytes:
        """The frame of a part as it lies in the file; what it holds is not verified."""
        return self._read(self._places[part])

    def _leaf(self, part: Part) -> bytes:
        if part not in self._places:
            raise ValueError("no such part")
        return thaw_part(self.frame_of(part), part)

    def _read(self, place: Place) -> bytes:
        self._file.seek(place.offset)
        raw = self._file.read(place.length)
        if len(raw) != place.length:
            raise damaged("size")
        return raw


def write_whole(file: BinaryIO, head: bytes, frames: Iterable[bytes], count: int) -> None:
    """Write a whole pack: the frame of its head, and `count` frames in its order."""
    file.write(HEADER.pack(SIGNATURE, LAYOUT, len(head), count, hashlib.sha256(head).digest()))
    file.write(head)
    table = file.tell()
    file.write(b"\0" * (LENGTH.size * count))
    lengths = [file.write(frame) for frame in frames]
    file.seek(table)
    file.write(b"".join(map(LENGTH.pack, lengths)))


def write_delta(file: BinaryIO, head_sha256: str, frames: Sequence[tuple[Part, bytes]]) -> None:
    """Write a delta towards the pack with this hash of its head's frame."""
    file.write(HEADER.pack(SIGNATURE, LAYOUT, 0, len(frames), bytes.fromhex(head_sha256)))
    for part, frame in frames:
        file.write(NAMED_LENGTH.pack(len(frame), bytes.fromhex(part.sha256)))
    for _part, frame in frames:
        file.write(frame)


def lacking(new: WholePack, old: WholePack) -> Iterator[tuple[Part, bytes]]:
    """The parts of `new` that `old` lacks, with their frames."""
    return ((part, new.frame_of(part)) for part in new.order if part not in old)
