"""A temporary library of real books, built through the path that the appliance takes."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.vector_cache import CachedEncoder
from nexus_appliance import curriculum
from nexus_appliance.curriculum.build import BookSource, Report, build_pack
from nexus_appliance.curriculum.chunks import Chunk
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.manifest import checksum_of, rows_of
from nexus_appliance.curriculum.pack import Pack, read_manifest, read_pack, write_pack
from nexus_appliance.knowledge.encoder_child import EncoderChild
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import describe
from nexus_appliance.knowledge.vectors import ChromaIndex
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.migrate import upgrade
from nexus_appliance.storage.schema import Subject


class Shelves:
    """A library in a temporary folder, and the packs of books in a lasting one."""

    def __init__(self, home: Path, cache: Path, kind: type[CachedEncoder]) -> None:
        self._cache = cache
        self._child = EncoderChild()
        self.encoder = kind(self._child, cache)
        self._database = Database(f"sqlite:///{home / 'nexus.sqlite'}")
        upgrade(self._database)
        self._vectors = ChromaIndex(home / "vectors", self.encoder.identity.key)
        self.library = Library(self._database, home, self._vectors, self.encoder)

    def add(self, name: str, books: Sequence[Path]) -> int:
        """A new subject that holds these PDFs; returns its id."""
        return self.fill(name, [self.pack(book) for book in books])

    def add_part(self, name: str, book: Path, size: int, chance: Random) -> tuple[int, range]:
        """A new subject with `size` chunks of a PDF that follow each other; its id and the whole pages of the part."""
        pack = read_pack(self.pack(book))
        first = chance.randrange(len(pack.chunks) - size)
        path = self._cache / f"{name}.vkp"
        part = _part(pack, first, first + size)
        write_pack(path, part)
        return self.fill(name, [path]), range(part.chunks[0].spans[0].page + 1, part.chunks[-1].spans[-1].page)

    def fill(self, name: str, packs: Sequence[Path]) -> int:
        """A new subject that holds these packs, with the vectors of their sentences; returns its id."""
        with self._database.write() as session:
            subject = Subject(grade=10, name=name, code=f"{name}_10")
            session.add(subject)
        for pack in packs:
            pack_id = self.library.stage(pack, subject.id, f"book:{pack.stem}")
            with self._database.write() as session:
                generations.activate(session, pack_id, describe(read_manifest(pack)))
        while self.library.refine():
            pass
        self.encoder.save()
        return subject.id

    def windows(self, subject: int) -> int:
        """How many windows a subject has."""
        with self._database.read() as session:
            _, packs = generations.active_packs(session, subject)
            return sum(pack.window_count for pack in packs)

    def close(self) -> None:
        """End the encoder and let go of the folder."""
        self._child.close()
        self._vectors.close()
        self._database.close()

    def pack(self, pdf: Path) -> Path:
        """The pack of a PDF, built unless this PDF was built with this encoder by this very code."""
        made_of = hashlib.sha256(self.encoder.identity.key.encode() + pdf.read_bytes())
        for module in sorted(Path(curriculum.__path__[0]).glob("*.py")):
            made_of.update(module.read_bytes())
        path = self._cache / f"{pdf.stem}-{made_of.hexdigest()[:12]}.vkp"
        if not path.exists():
            source = BookSource(path=pdf, title=pdf.stem, filename=pdf.name, subject="bench_10", grade=10)
            build_pack(source, self.encoder, path, _report(pdf.name))
            self.encoder.save()
        return path


@contextmanager
def temporary_shelves(cache: Path, kind: type[CachedEncoder] = CachedEncoder) -> Iterator[Shelves]:
    """A library in a folder that is deleted at the end; `cache` keeps vectors for the next run."""
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="nexus-bench-") as folder:
        shelves = Shelves(Path(folder), cache, kind)
        try:
            yield shelves
        finally:
            shelves.close()


def _part(pack: Pack, first: int, last: int) -> Pack:
    """A pack of some of a pack's chunks."""
    before = sum(len(chunk.windows) for chunk in pack.chunks[:first])
    chunks = pack.chunks[first:last]
    return remade(pack, chunks, pack.vectors[before : before + sum(len(chunk.windows) for chunk in chunks)])


def remade(pack: Pack, chunks: tuple[Chunk, ...], vectors: FloatArray) -> Pack:
    """A pack with these chunks and vectors in the place of its own."""
    manifest = replace(
        pack.manifest,
        rows=rows_of(chunks, vectors),
        checksum=checksum_of([chunk.sha256 for chunk in chunks]),
    )
    return Pack(manifest, chunks, vectors)


def _report(name: str) -> Report:
    def report(stage: str, done: int, total: int) -> None:
        if stage == "encode" and done * 10 // total != (done - 8) * 10 // total:
            print(f"  {name}: {done} of {total} windows", flush=True)

    return report
