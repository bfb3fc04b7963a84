"""The pack of a subject's notes: made from texts as a book's is made from pages, one page for each note."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.curriculum.build import chunked, encode, manifest_of
from nexus_appliance.curriculum.chunks import Chunk
from nexus_appliance.curriculum.encoder import Encoder, EncoderIdentity
from nexus_appliance.curriculum.pack import Pack, read_pack, write_pack
from nexus_appliance.curriculum.pages import Extract, Page
from nexus_appliance.curriculum.paragraphs import Mark
from nexus_appliance.curriculum.sections import Section

__all__ = ["Encoder", "Note", "NotesSource", "build_notes"]

TITLE = "Catatan guru"
"""What the pack calls itself, as a book has a title: content, in the language of the notes."""

Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Note:
    """A question and the answer to it, plain text."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class NotesSource:
    """The notes of a subject; `version` names just these."""

    notes: tuple[Note, ...]
    subject: str
    grade: int
    version: str
    title: str = TITLE
    filename: str = ""
    semester: None = None


def build_notes(source: NotesSource, encoder: Encoder, out: Path, earlier: Path | None = None) -> None:
    """Write the pack of these notes (at least one) to `out`; raises `Unavailable` (disk_full, encoder_gone).

    What the pack `earlier` holds already is not encoded again: adding one note to a hundred takes a second.
    """
    texts = [f"{note.question}\n{note.answer}" for note in source.notes]
    book = Extract(tuple(Page(number, None, ()) for number in range(1, len(texts) + 1)), (), 0)
    sections = [
        Section((note.question,), text, (Mark(0, index),))
        for index, (note, text) in enumerate(zip(source.notes, texts, strict=True))
    ]
    chunks = chunked(book, sections, encoder)
    vectors = encode(chunks, _Remembering(encoder, _known(earlier, encoder.identity)))
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    write_pack(out, Pack(manifest_of(source, digest, book, chunks, encoder.identity, vectors), tuple(chunks), vectors))


class _Remembering:
    """An encoder that has read some passages before."""

    def __init__(self, encoder: Encoder, known: Vectors) -> None:
        self._encoder = encoder
        self._known = known
        self.identity = encoder.identity

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, the known ones from memory."""
        unknown = [text for text in texts if text not in self._known]
        fresh = dict(zip(unknown, self._encoder.passages(unknown), strict=True)) if unknown else {}
        return np.stack([self._known[text] if text in self._known else fresh[text] for text in texts])


def _known(earlier: Path | None, identity: EncoderIdentity) -> Vectors:
    """The vectors of an earlier pack of the same encoder, by the text they stand for."""
    if earlier is None or not earlier.is_file():
        return {}
    pack = read_pack(earlier, identity.key)
    if pack.identity != identity:
        return {}
    return dict(zip(_passages(pack.chunks), pack.vectors, strict=True))


def _passages(chunks: Sequence[Chunk]) -> list[str]:
    return [chunk.passage(index) for chunk in chunks for index in range(len(chunk.windows))]
