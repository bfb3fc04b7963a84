"""A PDF cut at its streams and objects, so that a correction leaves other pages, fonts and pictures what they were.

Put together again the pieces are the file byte for byte, whatever was cut: the cutting may misread, never damage.
"""

import re
import zlib
from collections.abc import Iterator

from nexus_appliance.curriculum.parts import PART_LIMIT

STREAM_BYTES = 1024
"""A shorter stream stays with its neighbours: a piece costs some 40 bytes of name."""
PIECES = 20_000
"""Pieces of a file at most, about: of larger files only longer streams stand alone."""

OBJECTS = 8
"""Of so many objects one ends a piece."""

_END = re.compile(rb"endobj\s")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")


def pieces_of(pdf: bytes) -> Iterator[bytes]:
    """The pieces of a file in order, none empty, none over `PART_LIMIT` bytes."""
    least = STREAM_BYTES
    while least * PIECES < len(pdf):
        least *= 2
    last = 0
    for start, end in _streams(pdf):
        if end - start >= least:
            yield from _objects(pdf, last, start)
            yield from _bounded(pdf, start, end)
            last = end
    yield from _objects(pdf, last, len(pdf))


def _streams(pdf: bytes) -> Iterator[tuple[int, int]]:
    """Where each stream begins and ends; reads the file once, whatever it holds."""
    place = 0
    while (found := _STREAM.search(pdf, place)) is not None:
        end = pdf.find(b"endstream", found.end())
        if end < 0:
            return
        yield found.end(), end
        place = end + len(b"endstream")


def _objects(pdf: bytes, start: int, end: int) -> Iterator[bytes]:
    """Between long streams it is cut behind some objects, chosen by what they hold: the choice outlasts a change."""
    first = last = start
    for found in _END.finditer(pdf, start, end):
        chosen = zlib.crc32(pdf[last : found.end()]) % OBJECTS == 0
        last = found.end()
        if chosen and last - first >= STREAM_BYTES:
            yield from _bounded(pdf, first, last)
            first = last
    yield from _bounded(pdf, first, end)


def _bounded(pdf: bytes, start: int, end: int) -> Iterator[bytes]:
    for place in range(start, end, PART_LIMIT):
        yield pdf[place : min(end, place + PART_LIMIT)]
