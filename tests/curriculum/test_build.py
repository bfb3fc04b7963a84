import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nexus_appliance.curriculum import canaries
from nexus_appliance.curriculum.build import BookSource, build_pack
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.pack import read_pack, write_pdf
from nexus_appliance.curriculum.pdf_layout import to_publish
from nexus_appliance.errors import Failure, Invalid
from tests import pdfs
from tests.fakes import HashEncoder


def source(path: Path) -> BookSource:
    return BookSource(path, "Informatika", "buku.pdf", "informatika_10", 10, 2)


def test_a_book_becomes_a_pack(tmp_path: Path) -> None:
    book = pdfs.school_book(tmp_path / "a.pdf", 6)
    out = tmp_path / "a.vkp"
    manifest = build_pack(source(book), HashEncoder(), out)
    pack = read_pack(out)
    assert pack.manifest == manifest
    assert manifest.source_sha256 == hashlib.sha256(book.read_bytes()).hexdigest()
    assert (manifest.page_count, manifest.grade, manifest.semester, manifest.lost_pages) == (6, 10, 2, 0)
    assert (manifest.chunker.size, manifest.chunker.overlap) == (800, 100)
    assert [chunk.section for chunk in pack.chunks] == [f"Bab {n} Pokok bahasan {n}" for n in (1, 2, 3)]
    assert [(span.page, span.printed) for span in pack.chunks[1].spans] == [(3, "3"), (4, "4")]
    assert {name for name, _seconds in manifest.timings} == {"extract", "clean", "chunk", "encode"}


def test_each_vector_is_that_of_its_window(tmp_path: Path) -> None:
    encoder = HashEncoder()
    build_pack(source(pdfs.school_book(tmp_path / "a.pdf", 6)), encoder, tmp_path / "a.vkp")
    pack = read_pack(tmp_path / "a.vkp")
    texts = [chunk.passage(index) for chunk in pack.chunks for index in range(len(chunk.windows))]
    assert len(texts) == len(pack.vectors) >= 3
    assert np.abs(pack.vectors - encoder.passages(texts)).max() < 1e-3


def test_stages_come_in_order_and_end_complete(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    build_pack(
        source(pdfs.school_book(tmp_path / "a.pdf", 4)),
        HashEncoder(),
        tmp_path / "a.vkp",
        lambda stage, done, total: seen.append((stage, done, total)),
    )
    assert list(dict.fromkeys(stage for stage, _done, _total in seen)) == [
        "extract",
        "clean",
        "chunk",
        "encode",
        "pack",
    ]
    last = {stage: (done, total) for stage, done, total in seen}
    assert all(done == total for done, total in last.values())
    assert last["extract"] == (4, 4)


def test_the_same_book_gives_the_same_chunks(tmp_path: Path) -> None:
    book = pdfs.school_book(tmp_path / "a.pdf", 6)
    one, two = (build_pack(source(book), HashEncoder(), tmp_path / name) for name in ("a.vkp", "b.vkp"))
    assert one.checksum == two.checksum
    assert one.rows == two.rows


def test_a_source_for_a_channel_brings_its_pdf_and_canaries(tmp_path: Path) -> None:
    book = pdfs.school_book(tmp_path / "a.pdf", 6)
    named = replace(source(book), name="informatika", licence="CC BY 4.0", origin="Kementerian", version="1.2.0")
    manifest = build_pack(named, HashEncoder(), tmp_path / "a.vkp")
    pack = read_pack(tmp_path / "a.vkp")
    assert pack.manifest == manifest
    assert (manifest.name, manifest.licence, manifest.origin) == ("informatika", "CC BY 4.0", "Kementerian")
    write_pdf(tmp_path / "b.pdf", tmp_path / "a.vkp")
    assert (tmp_path / "b.pdf").read_bytes() == to_publish(book)
    assert pack.canaries is not None
    assert canaries.agree(HashEncoder(), manifest.canaries, pack.canaries)
    assert not canaries.agree(_Tilted(), manifest.canaries, pack.canaries)
    assert not canaries.agree(HashEncoder(dimensions=8), manifest.canaries, pack.canaries)


class _Tilted(HashEncoder):
    """An encoder whose vectors lie a little aside."""

    def passages(self, texts: Sequence[str]) -> FloatArray:
        vectors: FloatArray = super().passages(texts) + np.float32(0.02)
        lengths: FloatArray = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths)


def test_a_bad_book_leaves_no_pack(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        build_pack(source(pdfs.scan(tmp_path / "a.pdf")), HashEncoder(), tmp_path / "a.vkp")
    assert caught.value.code == Failure.PDF_NO_TEXT
    assert not (tmp_path / "a.vkp").exists()
