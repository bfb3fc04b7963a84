import hashlib
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.encoder import FloatArray
from nexus_appliance.curriculum.manifest import Chunker, Manifest, checksum_of, rows_of, to_json
from nexus_appliance.curriculum.pack import PART_LIMITS, Pack, read_manifest, read_pack, read_scans, stored, write_pack
from nexus_appliance.curriculum.scan_json import scans_to_json
from nexus_appliance.errors import Failure, Invalid
from tests.curriculum.scans import scan_of
from tests.fakes import HashEncoder

ENCODER = HashEncoder(dimensions=8)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def unit(rows: int, seed: int = 0) -> FloatArray:
    vectors = np.random.default_rng(seed).standard_normal((rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype("<f2").astype(np.float32)


def pack_of(chunks: list[Chunk], **changes: object) -> Pack:
    vectors = unit(sum(len(chunk.windows) for chunk in chunks))
    manifest = Manifest(
        version="1.0.0",
        subject="fisika_12",
        grade=12,
        semester=None,
        title="Fisika",
        filename="fisika.pdf",
        source_sha256=hashlib.sha256(b"").hexdigest(),
        page_count=1000,
        rows=rows_of(chunks),
        encoder=ENCODER.identity,
        chunker=Chunker("headings", 1, 800, 100),
        created_at=datetime(2026, 1, 2, tzinfo=UTC).isoformat(),
        checksum=checksum_of([chunk.sha256 for chunk in chunks]),
        vectors_sha256=hashlib.sha256(stored(vectors)).hexdigest(),
        timings=(("encode", 1.5), ("extract", 0.25)),
    )
    return Pack(replace(manifest, **changes), tuple(chunks), vectors)  # type: ignore[arg-type]


@st.composite
def chunk(draw: st.DrawFn) -> Chunk:
    text = draw(TEXT)
    starts = sorted({0, *draw(st.lists(st.integers(0, len(text) - 1), max_size=3))})
    spans = tuple(Span(start, draw(st.integers(1, 1000)), draw(st.none() | TEXT)) for start in starts)
    borders = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda pair: pair[0] < pair[1])
    windows = tuple(Window(*pair) for pair in draw(st.lists(borders, min_size=1, max_size=3)))
    return Chunk(text, draw(TEXT), spans, windows)


SMALL = [
    Chunk("Gaya adalah tarikan.", "Bab 1", (Span(0, 3, "iii"),), (Window(0, 20),)),
    Chunk("Usaha dan energi 😀.", "Bab 2 › A", (Span(0, 4, None), Span(6, 5, "5")), (Window(0, 5), Window(6, 18))),
]


def assert_same(one: Pack, two: Pack) -> None:
    assert one.manifest == two.manifest
    assert one.chunks == two.chunks
    assert np.array_equal(one.vectors, two.vectors)


@ON_DISK
@given(st.lists(chunk(), max_size=5))
def test_what_is_written_is_read(tmp_path: Path, chunks: list[Chunk]) -> None:
    pack = pack_of(chunks)
    write_pack(tmp_path / "a.vkp", pack)
    assert_same(read_pack(tmp_path / "a.vkp"), pack)
    assert read_manifest(tmp_path / "a.vkp") == pack.manifest


SCANS = {3: scan_of("Gaya adalah tarikan.", quality=0.9), 5: scan_of("dan energi", quality=0.5)}


def scanned_pack() -> Pack:
    """A pack of SMALL, two pages of which were read from their pictures and one could not be."""
    sha256 = hashlib.sha256(scans_to_json(SCANS)).hexdigest()
    pack = pack_of(SMALL, scanned_pages=((3, 0.9), (5, 0.5)), unread_pages=(7,), scans_sha256=sha256)
    return replace(pack, scans=SCANS)


def test_pages_read_from_pictures_come_back_with_their_places(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.vkp", scanned_pack())
    found = read_pack(tmp_path / "a.vkp")
    assert_same(found, scanned_pack())
    assert found.scans == read_scans(tmp_path / "a.vkp") == SCANS


def test_a_pack_without_scans_says_nothing_of_them(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.vkp", pack_of(SMALL))
    with zipfile.ZipFile(tmp_path / "a.vkp") as archive:
        assert archive.namelist() == ["manifest.json", "chunks.json", "vectors.f16"]
        assert "scans" not in json.loads(archive.read("manifest.json"))
    assert read_scans(tmp_path / "a.vkp") == {}


@pytest.mark.parametrize(
    "change",
    [
        {"read": [[3, 0.9]]},
        {"read": [[3, 0.9], [5, 0.6]]},
        {"read": [[5, 0.5], [3, 0.9]]},
        {"read": [[3, 0.9], [5000, 0.5]]},
        {"read": [[3, 2], [5, 0.5]]},
        {"unread": [0]},
        {"unread": [2, 1]},
        {"sha256": "0" * 64},
        {"sha256": None},
    ],
)
def test_spoiled_scans_are_damage(tmp_path: Path, change: dict[str, object]) -> None:
    write_pack(tmp_path / "a.vkp", scanned_pack())
    with zipfile.ZipFile(tmp_path / "a.vkp") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts["manifest.json"])
    parts["manifest.json"] = json.dumps({**manifest, "scans": {**manifest["scans"], **change}}).encode()
    with zipfile.ZipFile(tmp_path / "b.vkp", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    for reads in (read_pack, read_scans):
        with pytest.raises(Invalid) as caught:
            reads(tmp_path / "b.vkp")
        assert caught.value.code == Failure.PACK_DAMAGED


def test_the_same_pack_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write_pack(tmp_path / name, pack_of(SMALL))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@ON_DISK
@given(st.data())
def test_a_flipped_bit_is_noticed_or_means_nothing(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "a.vkp"
    write_pack(path, pack_of(SMALL))
    raw = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)
    refused_or_the_same(path)


@ON_DISK
@given(st.integers(0, 10_000), st.binary(max_size=30))
def test_a_cut_or_overwritten_end_is_noticed_or_means_nothing(tmp_path: Path, place: int, rubbish: bytes) -> None:
    path = tmp_path / "a.vkp"
    write_pack(path, pack_of(SMALL))
    raw = path.read_bytes()
    path.write_bytes(raw[: place % len(raw)] + rubbish)
    refused_or_the_same(path)


@pytest.mark.parametrize("left", [0, 1, 0.5, 0.9, -23])
def test_a_cut_pack_is_damaged(tmp_path: Path, left: float) -> None:
    """From the shortest rest to one that lacks a byte more than the zip's empty comment."""
    path = tmp_path / "a.vkp"
    write_pack(path, pack_of(SMALL))
    raw = path.read_bytes()
    path.write_bytes(raw[: int(left * len(raw)) if 0 < left < 1 else int(left)])
    with pytest.raises(Invalid) as caught:
        read_pack(path)
    assert caught.value.code == Failure.PACK_DAMAGED


def refused_or_the_same(path: Path) -> None:
    """A spoiled pack of SMALL is refused, or what was spoiled means nothing (the end of a zip, a time, a flag)."""
    try:
        found = read_pack(path)
    except Invalid as failure:
        assert failure.code in (Failure.PACK_DAMAGED, Failure.PACK_FORMAT_UNKNOWN)
    else:
        assert_same(found, pack_of(SMALL))


@given(st.binary(max_size=300))
@ON_DISK
def test_rubbish_is_damaged(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.vkp").write_bytes(raw)
    with pytest.raises(Invalid):
        read_pack(tmp_path / "a.vkp")


def rewritten(path: Path, **parts: bytes) -> Path:
    """A pack whose parts were replaced by somebody who knows the format."""
    write_pack(path, pack_of(SMALL))
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content.update({name.replace("_", "."): part for name, part in parts.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path


def manifest_with(**changes: object) -> bytes:
    fields = json.loads(to_json(pack_of(SMALL).manifest))
    return json.dumps({**fields, **changes}).encode()


def test_another_format_is_told_apart_before_anything_else(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "a.vkp", manifest_json=b'{"format": 1}', chunks_json=b"?")
    with pytest.raises(Invalid) as caught:
        read_pack(path)
    assert (caught.value.code, caught.value.values) == (Failure.PACK_FORMAT_UNKNOWN, {"format": 1})


ROW = {"sha256": SMALL[0].sha256, "section": "Bab 1", "spans": [[0, 3, "iii"]], "windows": [[0, 20]]}
ROWS = json.loads(to_json(pack_of(SMALL).manifest))["chunks"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"format": NaN}',
        b'{"format": "0"}',
        manifest_with(checksum="0" * 64),
        manifest_with(checksum="0"),
        manifest_with(grade=-1),
        manifest_with(grade=True),
        manifest_with(grade=10**30),
        manifest_with(title=None),
        manifest_with(title="\ud800"),
        manifest_with(title="x" * 20_000),
        manifest_with(page_count=1),
        manifest_with(chunk_count=3),
        manifest_with(vectors_sha256="0" * 64),
        manifest_with(encoder={}),
        manifest_with(timings={"encode": -1}),
        manifest_with(chunks=[*ROWS[:1], {**ROWS[1], "windows": [[0, 5], [6, 900]]}]),
        manifest_with(chunks=[*ROWS[:1], {**ROWS[1], "windows": []}]),
        manifest_with(chunks=[*ROWS[:1], {**ROWS[1], "windows": [[5, 5], [0, 1]]}]),
        manifest_with(chunks=[*ROWS[:1], {**ROWS[1], "spans": [[1, 4, None]]}]),
        manifest_with(chunks=[*ROWS[:1], {**ROWS[1], "spans": [[0, 0, None]]}]),
        manifest_with(chunks=[*ROWS[:1], {**ROWS[1], "spans": [[0, 4, None], [0, 5, None]]}]),
        manifest_with(chunks=ROWS[::-1]),
    ],
    ids=range(25),
)
def test_a_forged_manifest_is_damaged(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_pack(rewritten(tmp_path / "a.vkp", manifest_json=raw))
    assert caught.value.code == Failure.PACK_DAMAGED


def test_vectors_must_be_unit_and_finite(tmp_path: Path) -> None:
    for wrong in (np.full((3, 8), np.nan, np.float32), np.zeros((3, 8), np.float32), unit(3) * 2):
        raw = stored(wrong)
        forged = manifest_with(vectors_sha256=hashlib.sha256(raw).hexdigest())
        with pytest.raises(Invalid):
            read_pack(rewritten(tmp_path / "a.vkp", manifest_json=forged, vectors_f16=raw))


def test_a_changed_text_is_noticed(tmp_path: Path) -> None:
    texts = json.dumps([SMALL[0].text.replace("tarikan", "dorongan"), SMALL[1].text])
    with pytest.raises(Invalid):
        read_pack(rewritten(tmp_path / "a.vkp", chunks_json=texts.encode()))


def test_a_zip_bomb_does_not_unfold(tmp_path: Path) -> None:
    bomb = b" " * (PART_LIMITS["manifest.json"] + 2)
    path = rewritten(tmp_path / "a.vkp", manifest_json=bomb)
    assert path.stat().st_size < 200_000
    with pytest.raises(Invalid) as caught:
        read_pack(path)
    assert caught.value.values == {"part": "manifest.json"}


def test_more_or_fewer_parts_are_damaged(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read_pack(rewritten(tmp_path / "a.vkp", extra_txt=b""))
    assert caught.value.values == {"part": "parts"}


def test_a_failed_write_leaves_the_old_pack(tmp_path: Path) -> None:
    path = tmp_path / "a.vkp"
    write_pack(path, pack_of(SMALL))
    broken = replace(pack_of(SMALL), chunks=(replace(SMALL[0], text="\ud800"),))
    with pytest.raises(UnicodeEncodeError):
        write_pack(path, broken)
    assert_same(read_pack(path), pack_of(SMALL))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.vkp"]
