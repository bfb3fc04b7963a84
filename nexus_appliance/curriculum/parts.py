"""Parts: runs of bytes that are named by the sha256 of what they hold, each stored as one zstd frame."""

import hashlib
from dataclasses import dataclass

import zstandard

PART_LIMIT = 4 << 20
"""Bytes that a part holds at most; bounds what a hostile frame can take."""
FRAME_LIMIT = PART_LIMIT + (PART_LIMIT >> 8) + 1024
"""Bytes of a frame at most: what zstd makes of bytes that cannot be compressed (`ZSTD_compressBound`)."""
LEVEL = 12
"""Of zstd: a book takes 0.3 s; level 19 saves 2 % and takes ten times as long."""


@dataclass(frozen=True, slots=True)
class Part:
    """The name of a part and the bytes it holds, before compression."""

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> "Part":
        """The part that holds `content`."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))


def freeze(content: bytes) -> bytes:
    """The frame of a part; raises ValueError for nothing, and beyond `PART_LIMIT`."""
    if not 0 < len(content) <= PART_LIMIT:
        raise ValueError("nothing, or too large for a part")
    return zstandard.ZstdCompressor(level=LEVEL).compress(content)


def thaw(frame: bytes, limit: int = PART_LIMIT) -> bytes:
    """What a frame from anywhere holds, at most `limit` bytes; raises ValueError. Its hash is the caller's to check."""
    try:
        size = zstandard.get_frame_parameters(frame).content_size
        if not 0 < size <= limit:  # an unknown size is 2**64 - 1
            raise ValueError("an empty frame, or one too large")
        content = zstandard.ZstdDecompressor().decompress(frame, max_output_size=size, allow_extra_data=False)
    except (zstandard.ZstdError, MemoryError) as error:
        raise ValueError("not a frame") from error
    if len(content) != size:
        raise ValueError("not what the frame announced")
    return content


def thaw_part(frame: bytes, part: Part) -> bytes:
    """What the frame of `part` holds, verified; raises ValueError."""
    content = thaw(frame, min(part.size, PART_LIMIT))
    if Part.of(content) != part:
        raise ValueError("another part")
    return content
