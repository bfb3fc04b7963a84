"""What questions had read when the worker died: states in memory that outlives it, so that nobody waits twice."""

import shutil
import struct
import zlib
from collections.abc import Iterator
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np

from nexus_appliance.inference.llama import Saved
from nexus_appliance.inference.prefixes import Key

STEP = 64 * 1024
"""Bytes; records begin at multiples of it, where they are looked for."""

SHARED = Path("/dev/shm")  # noqa: S108 - where Linux keeps shared memory; writing beyond its limit kills the process
"""Must have room for twice the size."""

_HEAD = struct.Struct("<8sQQI")
"""Mark, bytes of the key, bytes of the state, CRC-32 of both."""
_MARK = b"nexshelf"


def shared_memory(size: int) -> SharedMemory | None:
    """Memory for a shelf of `size` bytes, taken as it is used; None where there is none to share."""
    try:
        if SHARED.is_dir() and shutil.disk_usage(SHARED).free < 2 * size:
            return None
        return SharedMemory(create=True, size=size)
    except OSError:
        return None


class Shelf:
    """A ring of records in shared memory that another process owns; the oldest are overwritten. One process writes.

    A record counts when its checksum is right: one that was being written, or that a dying process wrote into, is not
    there.
    """

    def __init__(self, memory: SharedMemory, owner: bytes) -> None:
        """Find what lies there already; `owner` tells the states of one model from those of others."""
        assert memory.buf is not None
        self._memory = memory  # its end would be the buffer's
        self._buffer = memory.buf
        self._owner = owner
        self._at = 0
        self._places: dict[Key, tuple[int, int]] = {}
        for key, place, end in self._records():
            self._places[key] = place, end
            self._at = max(self._at, end)

    def get(self, key: Key) -> Saved | None:
        """A copy of the state that was put there last under this key, if it is still whole."""
        key = self._owner + key
        if key not in self._places:
            return None
        place, _ = self._places[key]
        _mark, length, size, checksum = _HEAD.unpack_from(self._buffer, place)
        begin = place + _HEAD.size
        with self._buffer[begin : begin + length + size] as body:
            whole = len(body) == length + size and zlib.crc32(body) == checksum and body[:length] == key
            if whole:
                return np.frombuffer(bytes(body[length:]), np.uint8)
        del self._places[key]
        return None

    def put(self, key: Key, state: Saved) -> None:
        """Keep a state; nothing when it is larger than the memory. The mark is written last."""
        key = self._owner + key
        needed = _rounded(_HEAD.size + len(key) + state.size)
        if needed > len(self._buffer):
            return
        if key in self._places:
            self._wipe(self._places[key][0])
        place = self._at if self._at + needed <= len(self._buffer) else 0
        self._at = place + needed
        self._places = {
            other: (start, end) for other, (start, end) in self._places.items() if end <= place or start >= self._at
        }
        begin = place + _HEAD.size
        middle, end = begin + len(key), begin + len(key) + state.size
        self._wipe(place)
        self._buffer[begin:middle] = key
        self._buffer[middle:end] = state.data.cast("B")
        with self._buffer[begin:end] as body:
            _HEAD.pack_into(self._buffer, place, _MARK, len(key), state.size, zlib.crc32(body))
        self._places[key] = place, self._at

    def _wipe(self, place: int) -> None:
        self._buffer[place : place + _HEAD.size] = bytes(_HEAD.size)

    def _records(self) -> Iterator[tuple[Key, int, int]]:
        """(key, place, end) of everything that looks like a record."""
        for place in range(0, len(self._buffer) - _HEAD.size, STEP):
            mark, length, size, _ = _HEAD.unpack_from(self._buffer, place)
            begin, end = place + _HEAD.size, place + _rounded(_HEAD.size + length + size)
            if mark == _MARK and end <= len(self._buffer):
                yield bytes(self._buffer[begin : begin + length]), place, end


def shelf_in(name: str, owner: bytes) -> Shelf | None:
    """The shelf in the shared memory of this name; None where there is none."""
    try:
        return Shelf(SharedMemory(name), owner) if name else None
    except OSError:
        return None


def _rounded(size: int) -> int:
    return -(-size // STEP) * STEP
