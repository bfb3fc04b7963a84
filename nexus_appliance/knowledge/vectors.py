"""Nearest windows by cosine: one collection for each pack version, kept by Chroma inside the data folder.

Vectors are derived data: packs hold them too, and `Library.recover` rebuilds a collection that is missing.
"""

import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.errors import Failure, Unavailable

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

FloatArray = NDArray[np.float32]
Found = TypeVar("Found")

RENEW_AFTER = 16
"""Collections that may be dropped until the client is opened anew; each holds 1.6 kB a vector and four files open."""

_SEGMENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

SYNC_THRESHOLD = 1_000_000
"""Rows up to which Chroma keeps vectors in SQLite; beyond it the HNSW folder would be their only copy."""


class CollectionGone(Exception):
    """No such collection: it was swept, or never made."""


class VectorIndex(Protocol):
    """Collections of unit vectors, each under a row number from 0; safe to call from many threads."""

    def add(self, collection: str, rows: Sequence[int], vectors: FloatArray) -> None:
        """Put vectors (len(rows), dimensions) under their rows, replacing what is there; makes the collection."""

    def search(self, collection: str, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
        """The (row, cosine) of the nearest vectors, best first; raises `CollectionGone`."""

    def count(self, collection: str) -> int:
        """How many rows a collection has; 0 when there is no such collection."""

    def drop(self, collection: str) -> None:
        """Delete a collection; nothing happens when there is none."""

    def collections(self) -> frozenset[str]:
        """The names of all collections."""


class ChromaIndex:
    """`VectorIndex` on a Chroma folder that this process alone may open (two writers destroy it).

    `encoder` (EncoderIdentity.key) becomes the name of the embedding function: a folder written with another encoder
    refuses to open its collections. That function raises when called; without it Chroma would download a model.
    """

    def __init__(self, folder: Path, encoder: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        _drop_leftovers(folder)
        self._client = _client(folder)
        self._function = _refusing_function(encoder)
        self._open: dict[str, Collection] = {}
        self._dropped = 0
        self._users = 0
        self._renewing = False
        self._turn = threading.Condition()

    def close(self) -> None:
        """Let go of the folder; the index cannot be used afterwards."""
        self._open.clear()
        self._client.close()

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """Nobody closes the client meanwhile."""
        with self._turn:
            self._turn.wait_for(lambda: not self._renewing)
            self._users += 1
        try:
            yield
        finally:
            with self._turn:
                self._users -= 1
                self._turn.notify_all()

    def _renew(self) -> None:
        """Close the client and open it again: Chroma keeps the memory and the files of a dropped collection open."""
        with self._turn:
            self._turn.wait_for(lambda: not self._renewing)
            self._renewing = True
            self._turn.wait_for(lambda: not self._users)
            try:
                self.close()
                self._client, self._dropped = _client(self._folder), 0
            finally:
                self._renewing = False
                self._turn.notify_all()

    def add(self, collection: str, rows: Sequence[int], vectors: FloatArray) -> None:
        """See `VectorIndex`; an `add` of Chroma ignores existing ids silently, so they are deleted first.

        Raises `Unavailable` (disk_full).
        """
        ids = [str(row) for row in rows]
        with self._in_use(), _disk_full():
            # a new configuration each time: Chroma writes into the one it is given
            configuration = {"hnsw": {"space": "cosine", "sync_threshold": SYNC_THRESHOLD}}
            target = self._client.get_or_create_collection(
                collection, configuration=configuration, embedding_function=self._function
            )
            known = target.get(ids=ids, include=[])["ids"]
            if known:
                target.delete(ids=known)
            target.add(ids=ids, embeddings=vectors)

    def search(self, collection: str, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
        """See `VectorIndex`."""
        with self._in_use():
            found = self._query(collection, vector, limit)
        return [(int(row), 1.0 - distance) for row, distance in found]

    def count(self, collection: str) -> int:
        """See `VectorIndex`."""
        from chromadb.errors import NotFoundError

        with self._in_use():
            try:
                return self._collection(collection).count()
            except NotFoundError:
                self._open.pop(collection, None)
                return 0

    def drop(self, collection: str) -> None:
        """See `VectorIndex`."""
        from chromadb.errors import NotFoundError

        with self._in_use():
            self._open.pop(collection, None)
            try:
                self._client.delete_collection(collection)
            except NotFoundError:
                return
            self._dropped += 1
        if self._dropped >= RENEW_AFTER:
            self._renew()
        _drop_leftovers(self._folder)

    def collections(self) -> frozenset[str]:
        """See `VectorIndex`."""
        with self._in_use():
            return frozenset(collection.name for collection in self._client.list_collections())

    def _query(self, collection: str, vector: FloatArray, limit: int) -> list[tuple[str, float]]:
        from chromadb.errors import NotFoundError

        try:
            found = self._collection(collection).query(
                query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
            )
        except NotFoundError as error:
            self._open.pop(collection, None)
            raise CollectionGone(collection) from error
        distances = found["distances"]
        return list(zip(found["ids"][0], distances[0] if distances else (), strict=True))

    def _collection(self, name: str) -> "Collection":
        known = self._open.get(name)
        if known is None:
            known = self._client.get_collection(name, embedding_function=self._function)
            self._open[name] = known
        return known


def _client(folder: Path) -> Any:
    """Its declared type lacks `close` and takes the configuration for a class."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))


def _drop_leftovers(folder: Path) -> None:
    """Delete the folders of collections that are gone: Chroma 1.5 leaves them, 1.6 kB a vector, for ever.

    It names the segment of a collection in its database before it makes the segment's folder.
    """
    database = folder / "chroma.sqlite3"
    if not database.is_file():
        return
    with suppress(sqlite3.Error, OSError), closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as known:
        named = {str(row[0]) for row in known.execute("SELECT id FROM segments")}
        for place in folder.iterdir():
            if _SEGMENT.fullmatch(place.name) and place.name not in named:
                shutil.rmtree(place, ignore_errors=True)  # one that is still open on Windows goes at the next start


@contextmanager
def _disk_full() -> Iterator[None]:
    """Find SQLite's word for a full disk in Chroma's one error for everything inside."""
    from chromadb.errors import InternalError

    try:
        yield
    except InternalError as error:
        if "disk is full" in str(error):
            raise Unavailable(Failure.DISK_FULL, reason=str(error)) from error
        raise


def _refusing_function(encoder: str) -> Any:
    """An embedding function named after the encoder that refuses to embed: all vectors come from outside."""
    from chromadb.api.types import EmbeddingFunction
    from chromadb.utils.embedding_functions import register_embedding_function

    class Refusing(EmbeddingFunction[Any]):
        def __init__(self) -> None:
            pass

        def __call__(self, input: Any) -> Any:  # noqa: A002, ARG002 - the protocol names it so
            raise RuntimeError("vectors are given, never computed by Chroma")

        @staticmethod
        def name() -> str:
            return f"nexus-{encoder}"

        def get_config(self) -> dict[str, Any]:
            return {}

        @staticmethod
        def build_from_config(config: dict[str, Any]) -> Any:  # noqa: ARG004
            return Refusing()

    registered: Any = register_embedding_function
    return registered(Refusing)()
