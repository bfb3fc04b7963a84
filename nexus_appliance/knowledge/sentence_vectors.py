"""Vectors of single sentences, kept beside a pack: what the vector of a whole window blurs.

Derived data like the postings, but slow to make (some 20 ms a sentence), so they are made step by step when nobody
asks. A missing or torn file costs a little of the order of passages, nothing else.
"""

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.knowledge.sentences import sentences

FORMAT = 2
"""Version of the file and of what `units` gives; a file of another version is made anew."""

LEAST = 8
"""Characters below which a line says nothing by itself."""

LONGEST = 1200
"""Characters of a sentence that are read: a table or a listing without an end mark must fit the encoder."""

log = logging.getLogger(__name__)

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


class PassageEncoder(Protocol):
    """The part of an encoder that sentences need."""

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors (n, dimensions) of unit length."""


def sentences_file(pack_file: Path, encoder_key: str) -> Path:
    """Where the vectors that an encoder made of a pack's sentences lie: beside its file."""
    digest = hashlib.sha256(encoder_key.encode()).hexdigest()
    return pack_file.with_suffix(f".{digest[:12]}.sentences")


def units(text: str) -> list[str]:
    """The sentences of a window that have a vector, in order."""
    return [unit for unit in map(key, sentences(text)) if len(unit) >= LEAST]


def key(sentence: str) -> str:
    """A sentence as it is known among `units`."""
    return sentence.strip()[:LONGEST]


class SentenceVectors:
    """The sentences of one pack: row i of its windows has the vectors `starts[i]` to `starts[i + 1]` of the file."""

    def __init__(self, path: Path, starts: IntArray, dimensions: int, offset: int) -> None:
        self._path = path
        self._starts = starts
        self._dimensions = dimensions
        self._offset = offset

    @classmethod
    def load(cls, path: Path, windows: int) -> "SentenceVectors | None":
        """What `Filling` wrote for a pack of so many windows; None when missing, torn or of another format."""
        try:
            with path.open("rb") as file:
                head = np.lib.format.read_array(file, allow_pickle=False)
                offset, size = file.tell(), path.stat().st_size
        except FileNotFoundError:
            return None
        except Exception as error:  # numpy has many words for a damaged head
            log.warning("%s cannot be read: %r", path.name, error)
            return None
        if head.ndim != 1 or head.dtype != np.int32 or len(head) != windows + 3 or head[0] != FORMAT:
            return None
        dimensions, starts = int(head[1]), head[2:]
        ordered = starts[0] == 0 and bool(np.all(np.diff(starts) >= 0))
        if not ordered or size != offset + int(starts[-1]) * dimensions * 2:
            return None
        return cls(path, starts, dimensions, offset)

    def of_windows(self, rows: Iterable[int]) -> dict[int, FloatArray]:
        """The vectors (sentences, dimensions) of each of these windows; raises `OSError` when the file is gone."""
        found = {}
        with self._path.open("rb") as file:
            for row in rows:
                first, last = int(self._starts[row]), int(self._starts[row + 1])
                file.seek(self._offset + first * self._dimensions * 2)
                stored = file.read((last - first) * self._dimensions * 2)
                found[row] = np.frombuffer(stored, np.float16).reshape(-1, self._dimensions).astype(np.float32)
        return found


class Filling:
    """The vectors of one pack in the making; what is written survives a power cut and is gone on with."""

    def __init__(self, path: Path, windows: Iterable[str], dimensions: int) -> None:
        """`windows`: the texts of the pack's windows in row order; raises `OSError`."""
        listed = [units(window) for window in windows]
        self._texts = [sentence for one in listed for sentence in one]
        self._path, self._part = path, path.with_suffix(".part")
        self._row = dimensions * 2
        starts = np.cumsum([0, *map(len, listed)])
        self._head = _head(np.array([FORMAT, dimensions, *starts], np.int32))
        self._done = self._resume()

    @property
    def left(self) -> int:
        """How many sentences have no vector yet."""
        return len(self._texts) - self._done

    def step(self, encoder: PassageEncoder, count: int) -> bool:
        """Add the vectors of the next `count` sentences; False once the file is whole and in its place.

        Raises `OSError` and what the encoder raises; the step can be taken again then.
        """
        texts = self._texts[self._done : self._done + count]
        if texts:
            vectors = encoder.passages(texts).astype(np.float16)
            with self._part.open("r+b") as file:
                file.seek(len(self._head) + self._done * self._row)
                file.write(vectors.tobytes())
            self._done += len(texts)
        if self._done < len(self._texts):
            return True
        with self._part.open("r+b") as file:
            os.fsync(file.fileno())
        os.replace(self._part, self._path)
        return False

    def _resume(self) -> int:
        """How many vectors are there from before; a part of another making is begun anew.

        After a power cut a file may be longer than what was written: only vectors of unit length count.
        """
        with contextlib.suppress(OSError), self._part.open("rb") as file:
            if file.read(len(self._head)) == self._head:
                stored = file.read()
                rows = np.frombuffer(stored[: len(stored) // self._row * self._row], np.float16)
                lengths = np.linalg.norm(rows.reshape(-1, self._row // 2).astype(np.float32), axis=1)
                wrong = np.flatnonzero(~(np.abs(lengths - 1) < 0.01))
                return min(int(wrong[0]) if len(wrong) else len(lengths), len(self._texts))
        self._part.write_bytes(self._head)
        return 0


def _head(numbers: IntArray) -> bytes:
    buffer = BytesIO()
    np.lib.format.write_array(buffer, numbers, allow_pickle=False)
    return buffer.getvalue()
