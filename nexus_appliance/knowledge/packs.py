"""Packs on this machine: stage one beside those that answer, drop what nobody needs, repair what a crash tore.

The order of every step makes a cut at any moment harmless: a row names file and collection before they exist, a file
appears whole by rename, and only a row in state `active` is ever asked.
"""

import contextlib
import errno
import hashlib
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Protocol

from sqlalchemy.orm import Session

from nexus_appliance.curriculum import canaries
from nexus_appliance.curriculum.encoder import EncoderIdentity
from nexus_appliance.curriculum.manifest import Manifest
from nexus_appliance.curriculum.pack import Pack, read_pack, sync_folder
from nexus_appliance.errors import Failure, Invalid, NexusError, Unavailable
from nexus_appliance.knowledge.lexical import Postings
from nexus_appliance.knowledge.scan_lines import POOR
from nexus_appliance.knowledge.sentence_vectors import sentences_file
from nexus_appliance.knowledge.vectors import VectorIndex
from nexus_appliance.storage import generations, schema
from nexus_appliance.storage.database import Database, announce

BATCH = 25
"""Vectors added at once: a question asked meanwhile takes 80 ms (500 ms beside batches of 500)."""

RESERVE = 64 << 20
"""Bytes of the disk that staging leaves free. Chroma must never meet a full disk: a transaction that fails there keeps
its lock, and the next write waits 1,000 s for it (its `busy_timeout`). And the school's history needs room."""

PATIENCE = 0.5
"""Seconds a batch waits at most for questions in flight to finish: staging gets slower, never stuck."""

Report = Callable[[int, int], None]
"""Told how many windows of how many are staged."""

log = logging.getLogger(__name__)


class PackEncoder(canaries.BothWays, Protocol):
    """The encoder of this machine, which must be the one that a pack's vectors were made with."""

    @property
    def identity(self) -> EncoderIdentity:
        """Which encoder it is."""


class PackStore:
    """The packs of one data folder: `packs/` has their files, `vectors` their collections, SQL their states."""

    def __init__(self, database: Database, home: Path, vectors: VectorIndex, encoder: PackEncoder) -> None:
        self._database = database
        self._vectors = vectors
        self._encoder = encoder
        self._packs = home / "packs"
        self._staging = home / "staging"
        self.quiet = Event()
        self.quiet.set()

    def path(self, file: str) -> Path:
        """Where the pack file of a row lies."""
        return self._packs / file

    def sentences_file(self, row: schema.Pack) -> Path:
        """Where the vectors of a pack's sentences lie that this machine's encoder makes."""
        return sentences_file(self.path(row.file), self._encoder.identity.key)

    def has_vectors(self, row: schema.Pack) -> bool:
        """Whether the collection of a row holds vectors of this machine's encoder; without, words alone find."""
        return row.encoder == self._encoder.identity.key

    def own_vectors(self, pack: Pack) -> bool:
        """Whether this machine's encoder makes the vectors that a pack brings: it says so, and its canaries agree."""
        if pack.identity != self._encoder.identity:
            return False
        return pack.canaries is None or canaries.agree(self._encoder, pack.manifest.canaries, pack.canaries)

    def next_collection(self, row: schema.Pack) -> str:
        """The name of the collection in which a pack's vectors of this machine's encoder are made."""
        key = hashlib.sha256(self._encoder.identity.key.encode()).hexdigest()
        return f"{row.collection.partition('.')[0]}.{key[:12]}"

    def stage(self, pack_file: Path, subject_id: int, source: str, report: Report | None = None) -> int:
        """Copy, verify and index a pack without letting it answer yet; returns the id of its row, state `staged`.

        The vectors of another encoder are not looked at: `Reencoder` makes new ones once the pack answers. Raises
        `Invalid` (pack_damaged, pack_format_unknown) and `Unavailable` (disk_full); nothing of the pack is left then.
        """
        with disk_full():
            self._packs.mkdir(parents=True, exist_ok=True)
            self._staging.mkdir(parents=True, exist_ok=True)
        pack = read_pack(pack_file, self._encoder.identity.key)
        row = self._insert(pack, subject_id, source, _sha256(pack_file))
        try:
            with disk_full():
                self._copy(pack_file, row.file)
                if self.has_vectors(row):
                    self._index(row.collection, pack, report)
                save_postings(self.path(row.file), pack)
            with self._database.write() as session:
                session.get_one(schema.Pack, row.id).state = "staged"
        except BaseException:  # whatever cut the staging short, its traces go; a kill leaves them to `recover`
            self._discard(row)
            raise
        return row.id

    def sweep(self, before: datetime) -> int:
        """Give up packs retired before a time, then delete files and collections that no row names."""
        with self._database.write() as session:
            given_up = generations.forget(session, before)
        self._drop_orphans()
        return given_up

    def recover(self) -> list[tuple[int, Failure]]:
        """Repair after a crash or a restored backup; to be called before anything is staged.

        Unfinished packs go, with everything no row names; a collection that is missing or incomplete is rebuilt from
        its pack file. Returns (pack id, failure) of active packs that cannot answer.
        """
        with self._database.write() as session:
            generations.drop_unfinished(session)
        shutil.rmtree(self._staging, ignore_errors=True)
        self._drop_orphans()
        return list(self._repair())

    def _insert(self, pack: Pack, subject_id: int, source: str, sha256: str) -> schema.Pack:
        manifest = pack.manifest
        row = schema.Pack(
            subject_id=subject_id,
            source=source,
            version=manifest.version,
            state="staging",
            file=f"{sha256}.vkp",
            checksum=manifest.checksum,
            collection=f"pack-{uuid.uuid4().hex}",
            encoder=pack.identity.key if self.own_vectors(pack) else "",
            chunk_count=len(pack.chunks),
            window_count=len(pack.vectors),
        )
        with self._database.write() as session:
            session.add(row)
            session.flush()
        return row

    def _copy(self, pack_file: Path, file: str) -> None:
        """Put the pack file in its place: whole or not at all, also after a power loss."""
        target = self.path(file)
        if target.exists() and _sha256(target) == target.stem:
            return
        temporary = self._staging / f"{file}.{uuid.uuid4().hex}"
        try:
            with pack_file.open("rb") as given, temporary.open("wb") as copy:
                shutil.copyfileobj(given, copy, 1 << 20)
                copy.flush()
                os.fsync(copy.fileno())
            if _sha256(temporary) != target.stem:
                raise Invalid(Failure.PACK_DAMAGED, file=pack_file.name)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(self._packs)

    def _index(self, collection: str, pack: Pack, report: Report | None) -> None:
        total = len(pack.vectors)
        for start in range(0, total, BATCH):
            self.quiet.wait(PATIENCE)
            self.require_room()
            rows = range(start, min(start + BATCH, total))
            self._vectors.add(collection, rows, pack.vectors[start : start + BATCH])
            if report is not None:
                report(rows.stop, total)

    def require_room(self, size: int = 0) -> None:
        """Raise `Unavailable` (disk_full) when less than `RESERVE` would be left beside `size` bytes."""
        free = shutil.disk_usage(self._packs).free
        if free < RESERVE + size:
            raise Unavailable(Failure.DISK_FULL, reason=f"{free >> 20} MB are left")

    def _discard(self, row: schema.Pack) -> None:
        """Best effort, each step by itself: on a full disk even deleting may fail, and `recover` finds the rest."""
        for step in (self._delete_row, self._drop_files, self._drop_collection):
            try:
                step(row)
            except Exception:  # the failure that cut the staging is the one to report
                log.exception("pack %s: %s waits for the next start", row.id, step.__name__)

    def _delete_row(self, row: schema.Pack) -> None:
        with self._database.write() as session:
            session.delete(session.get_one(schema.Pack, row.id))

    def _drop_collection(self, row: schema.Pack) -> None:
        self._vectors.drop(row.collection)

    def _drop_orphans(self) -> None:
        with self._database.read() as session:
            named = self._collections(session)
        for collection in self._vectors.collections() - named:
            # a pack that is being staged this moment has named its collection before it made it
            if not self._is_named(collection):
                self._vectors.drop(collection)
        self._drop_files()

    def _is_named(self, collection: str) -> bool:
        with self._database.read() as session:
            return collection in self._collections(session)

    def _collections(self, session: Session) -> set[str]:
        kept = generations.kept_packs(session)
        return {pack.collection for pack in kept} | {self.next_collection(pack) for pack in kept}

    def _drop_files(self, _row: schema.Pack | None = None) -> None:
        if not self._packs.is_dir():
            return
        files = list(self._packs.iterdir())
        with self._database.read() as session:
            named = {Path(pack.file).stem for pack in generations.kept_packs(session)}
        for file in files:
            if file.name.split(".")[0] not in named:
                file.unlink(missing_ok=True)

    def _repair(self) -> Iterator[tuple[int, Failure]]:
        with self._database.read() as session:
            kept = generations.kept_packs(session)
        for row in kept:
            whole = not self.has_vectors(row) or self._vectors.count(row.collection) == row.window_count
            if whole and self.path(row.file).is_file():
                continue
            try:
                self._rebuild(row)
            except NexusError as failure:
                log.error("pack %s cannot answer: %s", row.id, failure)
                if row.state == "active":
                    yield row.id, failure.code

    def _rebuild(self, row: schema.Pack) -> None:
        log.warning("pack %s: rebuilding its vectors from %s", row.id, row.file)
        pack = self.load(row)
        self._vectors.drop(row.collection)
        if self.own_vectors(pack):
            self._index(row.collection, pack, None)
        else:
            self.set_vectors(row.id, row.collection, "")

    def set_vectors(self, pack_id: int, collection: str, encoder: str) -> None:
        """Let questions look into this collection from now on, or into none ("" for `encoder`)."""
        with self._database.write() as session:
            row = session.get(schema.Pack, pack_id)
            if row is not None:  # swept meanwhile
                row.collection, row.encoder = collection, encoder
                announce(session, "books")

    def load(self, row: schema.Pack) -> Pack:
        """The pack of a row, verified, with the vectors of this machine's encoder if it has any.

        Raises `Invalid` (pack_damaged, pack_format_unknown).
        """
        path = self.path(row.file)
        if not path.is_file():
            raise Invalid(Failure.PACK_DAMAGED, file=row.file)
        pack = read_pack(path, self._encoder.identity.key)
        if pack.manifest.checksum != row.checksum or len(pack.vectors) != row.window_count:
            raise Invalid(Failure.PACK_DAMAGED, file=row.file)
        return pack


def save_postings(pack_file: Path, pack: Pack) -> Postings:
    """Index the words of a pack and keep the result beside its file."""
    postings = Postings.build(window_texts(pack))
    postings.save(pack_file.with_suffix(".terms"))
    return postings


def load_postings(pack_file: Path, pack: Pack) -> Postings:
    """The words of a pack, from beside its file when they are there and whole."""
    return Postings.load(pack_file.with_suffix(".terms"), len(pack.vectors)) or save_postings(pack_file, pack)


def window_texts(pack: Pack) -> Iterator[str]:
    """The texts of all windows in row order."""
    for chunk in pack.chunks:
        for number in range(len(chunk.windows)):
            yield chunk.window_text(number)


def describe(manifest: Manifest) -> generations.BookValues:
    """The row of the book that a pack was made of."""
    return generations.BookValues(
        title=_shown(manifest.title, 200),
        filename=_shown(manifest.filename, 255),
        semester=manifest.semester,
        page_count=manifest.page_count,
        chunk_count=manifest.chunk_count,
        source_sha256=manifest.source_sha256,
        scanned_pages=len(manifest.scans),
        poor_pages=tuple(scan.page for scan in manifest.scans if scan.quality < POOR),
        unread_pages=manifest.unread,
    )


def _shown(text: str, limit: int) -> str:
    """A text from a pack as a column of the database takes it: of this length, and without zeros."""
    return text.replace("\0", "")[:limit]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def disk_full() -> Iterator[None]:
    """Turn the many words for a full disk into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Unavailable(Failure.DISK_FULL, reason=str(error)) from error
        raise
