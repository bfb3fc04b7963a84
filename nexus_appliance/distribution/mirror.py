"""Files of a channel on their way here. What has arrived is told by what it holds, so a cut needs no record."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from nexus_appliance.curriculum.container import (
    HEADER,
    Place,
    damaged,
    read_header,
    read_lengths,
    read_named,
)
from nexus_appliance.curriculum.parts import Part, thaw_part
from nexus_appliance.distribution.sources import Source
from nexus_appliance.errors import Invalid
from nexus_appliance.knowledge.packs import disk_full

_Read = TypeVar("_Read")

FIRST = 1 << 16
"""Bytes of the first request: most deltas are shorter, and arrive with it."""
GAP = 1 << 12
"""Bytes between two wanted places that are fetched along: about what a further request costs."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What stops a download: `room` raises when there is no place for so many bytes, `stop` when it is to end."""

    room: Callable[[int], object]
    stop: Callable[[], object]


class Mirror:
    """A file of the channel and its copy here, in which what has not arrived is missing or zero."""

    def __init__(self, source: Source, path: str, copy: Path, bounds: Bounds) -> None:
        self._source = source
        self._path = path
        self._copy = copy
        self._bounds = bounds
        self._places: Mapping[str, Place] = {}

    def open(self, head_sha256: str, *, is_delta: bool) -> None:
        """Read the table; a delta's tells all names. Raises `Invalid` (pack_damaged, ...) and as the source does."""
        self._header = self._sure(Place(0, HEADER.size), read_header)
        if self._header.head_sha256 != head_sha256 or is_delta == bool(self._header.head_length):
            raise damaged("header")
        if is_delta:
            self._places = self._sure(self._header.table, lambda raw: read_named(self._header, raw))
        else:
            self._lengths = self._sure(self._header.table, lambda raw: read_lengths(self._header, raw))

    def name(self, parts: Iterable[Part]) -> None:
        """Say which parts lie in a whole pack, in its order from the start."""
        self._places = {part.sha256: place for part, place in zip(parts, self._lengths, strict=False)}

    def found(self, part: Part) -> bytes | None:
        """The frame of a part if it has arrived whole."""
        place = self._places.get(part.sha256)
        if place is None:
            return None
        frame = self._read(place)
        try:
            thaw_part(frame, part)
        except ValueError:
            return None
        return frame

    def bring(self, parts: Iterable[Part]) -> None:
        """Fetch the parts of these that lie in the file; raises as the source does, and what the bounds raise."""
        places = [self._places[part.sha256] for part in parts if part.sha256 in self._places]
        for place in _joined(places):
            self._fetch(place)

    def forget(self) -> None:
        """Delete the copy, if that is possible."""
        with suppress(OSError):
            self._copy.unlink(missing_ok=True)

    def _sure(self, place: Place, read: Callable[[bytes], _Read]) -> _Read:
        """What is read at a place, from what has arrived if that makes sense, else from the channel."""
        try:
            return read(self._read(place))
        except Invalid:
            self._fetch(Place(place.offset, max(place.length, FIRST)) if not place.offset else place)
            return read(self._read(place))

    def _read(self, place: Place) -> bytes:
        try:
            with self._copy.open("rb") as file:
                file.seek(place.offset)
                return file.read(place.length)
        except FileNotFoundError:
            return b""

    def _fetch(self, place: Place) -> None:
        self._bounds.room(place.length)
        with disk_full():
            self._copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._copy.touch(mode=0o600)
            with self._copy.open("r+b") as file:
                file.seek(place.offset)
                for block in self._source.range(self._path, place.offset, place.length):
                    self._bounds.stop()
                    file.write(block)


def _joined(places: Iterable[Place]) -> Iterator[Place]:
    """The same bytes in fewer, longer stretches."""
    last: Place | None = None
    for place in sorted(places, key=lambda place: place.offset):
        if last is not None and place.offset - last.end <= GAP:
            last = Place(last.offset, max(last.end, place.end) - last.offset)
            continue
        if last is not None:
            yield last
        last = place
    if last is not None:
        yield last
