"""Packs as they lie ready for questions: text, pages and postings in memory, loaded once."""

import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from nexus_appliance.curriculum.chunks import Chunk, Span
from nexus_appliance.curriculum.pack import Pack
from nexus_appliance.knowledge.lexical import Postings
from nexus_appliance.knowledge.packs import PackStore, load_postings
from nexus_appliance.knowledge.passages import Passage
from nexus_appliance.knowledge.sentence_vectors import SentenceVectors
from nexus_appliance.storage import schema
from nexus_appliance.storage.generations import NOTES_SOURCE

KEY = 16
"""Characters of a pack's checksum that name it in the key of a passage."""


@dataclass(frozen=True, slots=True)
class ShelvedPack:
    """A pack without its vectors (Chroma has them); `windows` gives (chunk, window in it) for each row.

    `scanned` pages have their words in the pack's file. `collection` is empty while its vectors are another encoder's,
    `sentences` None until their vectors have been made.
    """

    pack_id: int
    note: bool
    collection: str
    title: str
    filename: str
    checksum: str
    source_sha256: str
    page_count: int
    scanned: frozenset[int]
    chunks: tuple[Chunk, ...]
    windows: tuple[tuple[int, int], ...]
    postings: Postings
    sentences: SentenceVectors | None = None

    @classmethod
    def of(cls, row: schema.Pack, pack: Pack, postings: Postings) -> "ShelvedPack":
        """Take from a pack what questions need; it has no collection yet."""
        manifest = pack.manifest
        windows = tuple(
            (number, window) for number, chunk in enumerate(pack.chunks) for window in range(len(chunk.windows))
        )
        return cls(
            row.id,
            row.source == NOTES_SOURCE,
            "",
            manifest.title,
            manifest.filename,
            manifest.checksum,
            manifest.source_sha256,
            manifest.page_count,
            frozenset(scan.page for scan in manifest.scans),
            pack.chunks,
            windows,
            postings,
        )

    def window_passage(self, row: int) -> str:
        """What an encoder reads of one window."""
        number, window = self.windows[row]
        return self.chunks[number].passage(window)

    def window_texts(self) -> Iterator[str]:
        """The texts of all windows in row order."""
        return map(self.window_text, range(len(self.windows)))

    def window_text(self, row: int) -> str:
        """The text of one window."""
        number, window = self.windows[row]
        return self.chunks[number].window_text(window)

    def parts(self, row: int) -> list[tuple[Span, str]]:
        """The pages that a row's window touches, each with the window's text on it."""
        number, window = self.windows[row]
        chunk = self.chunks[number]
        place = chunk.windows[window]
        ends = [*(span.start for span in chunk.spans[1:]), len(chunk.text)]
        parts = (
            (span, chunk.text[max(place.start, span.start) : min(place.end, end)])
            for span, end in zip(chunk.spans, ends, strict=True)
        )
        return [(span, text) for span, text in parts if text.strip()]

    def passage(self, row: int, span: Span, score: float, cosine: float) -> Passage:
        """The passage of one row, cited at the page of `span`."""
        chunk = self.chunks[self.windows[row][0]]
        return Passage(
            pack_id=self.pack_id,
            book=self.title,
            file=self.filename,
            page=span.page,
            printed=span.printed,
            section=chunk.section,
            text=self.window_text(row),
            score=score,
            cosine=cosine,
            key=f"{self.checksum[:KEY]}.{row}",
            note=self.note,
        )

    def text(self, chunk: int, start: int, end: int) -> str:
        """A stretch of a chunk's text."""
        return self.chunks[chunk].text[start:end]

    def extent(self, row: int) -> tuple[int, int, int]:
        """(chunk, start, end) of a row's window: what tells that two windows overlap."""
        number, window = self.windows[row]
        place = self.chunks[number].windows[window]
        return number, place.start, place.end


class Shelf:
    """Keeps packs in memory by id; about 4 MB for a book of 300 pages. Safe to call from many threads."""

    def __init__(self, store: PackStore) -> None:
        self._store = store
        self._packs: dict[int, ShelvedPack] = {}
        self._loading = threading.Lock()

    def get(self, row: schema.Pack) -> ShelvedPack:
        """The pack of a row, read from its file the first time; raises `Invalid` (pack_damaged, ...)."""
        collection = row.collection if self._store.has_vectors(row) else ""
        known = self._packs.get(row.id)
        if known is not None and known.collection == collection:
            return known
        with self._loading:
            if row.id not in self._packs:
                pack = self._store.load(row)
                postings = load_postings(self._store.path(row.file), pack)
                self._packs[row.id] = ShelvedPack.of(row, pack, postings)
            shelved = replace(self._packs[row.id], collection=collection)
            self._packs[row.id] = self._with_sentences(row, shelved)
            return self._packs[row.id]

    def refresh_sentences(self, row: schema.Pack) -> None:
        """Take up the vectors of a pack's sentences that have been made since it was read."""
        with self._loading:
            if row.id in self._packs:
                self._packs[row.id] = self._with_sentences(row, self._packs[row.id])

    def _with_sentences(self, row: schema.Pack, pack: ShelvedPack) -> ShelvedPack:
        if not pack.collection:
            return replace(pack, sentences=None)
        return replace(pack, sentences=SentenceVectors.load(self._store.sentences_file(row), len(pack.windows)))

    def keep_only(self, pack_ids: Collection[int]) -> None:
        """Forget all other packs."""
        with self._loading:
            self._packs = {pack_id: pack for pack_id, pack in self._packs.items() if pack_id in pack_ids}
