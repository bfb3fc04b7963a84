import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_appliance.curriculum import container, manifest_json, parts
from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.manifest import Canaries, Manifest, rows_of, stored
from nexus_appliance.curriculum.pack import (
    Pack,
    opened,
    read_head,
    read_manifest,
    read_pack,
    read_scan,
    write_delta_pack,
    write_pack,
    write_pdf,
)
from nexus_appliance.curriculum.parts import Part, freeze
from nexus_appliance.curriculum.pdf_pieces import pieces_of
from nexus_appliance.errors import Failure, Invalid, NexusError
from tests.curriculum.small_packs import (
    ENCODER,
    PDF,
    SCANS,
    SMALL,
    any_chunk,
    assert_same,
    pack_of,
    scanned_pack,
    unit,
)
from tests.fakes import HashEncoder

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def full_pack() -> Pack:
    """A pack with everything: pages read from pictures, canaries and its PDF."""
    vectors = unit(3, seed=5)
    named = Canaries(("satu", "dua"), ("tiga",), (Part.of(stored(vectors)),))
    manifest = replace(
        scanned_pack().manifest,
        canaries=named,
        pdf=tuple(map(Part.of, pieces_of(PDF))),
        pdf_sha256=hashlib.sha256(PDF).hexdigest(),
        name="buku",
    )
    return replace(scanned_pack(), manifest=manifest, canaries=vectors)


@ON_DISK
@given(st.lists(any_chunk(), max_size=5))
def test_what_is_written_is_read(tmp_path: Path, chunks: list[Chunk]) -> None:
    pack = pack_of(chunks)
    write_pack(tmp_path / "a.vkp", pack)
    assert_same(read_pack(tmp_path / "a.vkp"), pack)
    assert read_manifest(tmp_path / "a.vkp") == pack.manifest


def test_everything_comes_back(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.vkp", full_pack(), PDF)
    found = read_pack(tmp_path / "a.vkp")
    assert_same(found, full_pack())
    assert found.canaries is not None
    assert np.array_equal(found.canaries, unit(3, seed=5))
    assert [read_scan(tmp_path / "a.vkp", page) for page in (3, 4, 5)] == [SCANS[3], None, SCANS[5]]
    write_pdf(tmp_path / "a.pdf", tmp_path / "a.vkp")
    assert (tmp_path / "a.pdf").read_bytes() == PDF


def test_each_encoder_finds_its_own_vectors(tmp_path: Path) -> None:
    other = HashEncoder(dimensions=6, name="other").identity
    mine, theirs = unit(3), unit(3, seed=9, dimensions=6)
    made = pack_of(SMALL, encoders=(ENCODER.identity, other), rows=rows_of(SMALL, mine, theirs))
    write_pack(tmp_path / "a.vkp", made, others=[theirs])
    for key, vectors, place in ((ENCODER.identity.key, mine, 0), (other.key, theirs, 1), ("unknown", mine, 0)):
        found = read_pack(tmp_path / "a.vkp", key)
        assert np.array_equal(found.vectors, vectors)
        assert found.encoder == place
    assert read_pack(tmp_path / "a.vkp", other.key).identity == other


def test_the_same_pack_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write_pack(tmp_path / name, full_pack(), PDF)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@ON_DISK
@given(st.data())
def test_a_flipped_bit_is_noticed_or_means_nothing(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "a.vkp"
    write_pack(path, full_pack(), PDF)
    raw = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)
    refused_or_the_same(path)


@ON_DISK
@given(st.integers(0, 10_000), st.binary(max_size=30))
def test_a_cut_or_overwritten_end_is_noticed_or_means_nothing(tmp_path: Path, place: int, rubbish: bytes) -> None:
    path = tmp_path / "a.vkp"
    write_pack(path, full_pack(), PDF)
    raw = path.read_bytes()
    path.write_bytes(raw[: place % len(raw)] + rubbish)
    refused_or_the_same(path)


def refused_or_the_same(path: Path) -> None:
    """A spoiled pack is refused, or what was spoiled means nothing (a flag of a frame that its reader ignores)."""
    try:
        found = read_pack(path)
    except Invalid as failure:
        assert failure.code in (Failure.PACK_DAMAGED, Failure.PACK_FORMAT_UNKNOWN)
    else:
        assert_same(found, full_pack())


@ON_DISK
@given(st.binary(max_size=300), st.sampled_from([b"", container.SIGNATURE, b"PK\x03\x04"]))
def test_rubbish_is_damaged(tmp_path: Path, raw: bytes, start: bytes) -> None:
    (tmp_path / "a.vkp").write_bytes(start + raw)
    with pytest.raises(Invalid):
        read_pack(tmp_path / "a.vkp")


def test_a_longer_file_is_damaged(tmp_path: Path) -> None:
    write_pack(tmp_path / "a.vkp", full_pack(), PDF)
    with (tmp_path / "a.vkp").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(Invalid) as caught:
        read_pack(tmp_path / "a.vkp")
    assert caught.value.values == {"part": "size"}


def forged(path: Path, change: Callable[[dict[str, object], list[list[object]]], object]) -> Path:
    """A pack of SMALL by somebody who knows the format: `change` may alter the head and the one leaf of chunks."""
    pack = pack_of(SMALL)
    head, leaves = manifest_json.to_json(pack.manifest)
    fields, rows = json.loads(head), json.loads(leaves[0])
    change(fields, rows)
    leaf = json.dumps(rows).encode()
    if fields["chunks"] == [list(named(Part.of(leaves[0])))]:
        fields["chunks"] = [list(named(Part.of(leaf)))]
    texts = [chunk.text.encode() for chunk in SMALL]
    vectors = [stored(pack.vectors[:1]), stored(pack.vectors[1:])]
    held = [leaf, texts[0], vectors[0], texts[1], vectors[1]]
    with path.open("wb") as file:
        container.write_whole(file, freeze(json.dumps(fields).encode()), map(freeze, held), len(held))
    return path


def named(part: Part) -> tuple[str, int]:
    return part.sha256, part.size


def test_what_the_forger_does_not_change_is_read(tmp_path: Path) -> None:
    assert_same(read_pack(forged(tmp_path / "a.vkp", lambda _head, _rows: None)), pack_of(SMALL))


@pytest.mark.parametrize(
    "change",
    [
        lambda head, _: head.update(checksum="0" * 64),
        lambda head, _: head.update(checksum="0"),
        lambda head, _: head.update(grade=-1),
        lambda head, _: head.update(grade=True),
        lambda head, _: head.update(grade=10**30),
        lambda head, _: head.update(title=None),
        lambda head, _: head.update(title="x" * 20_000),
        lambda head, _: head.update(page_count=1),
        lambda head, _: head.update(chunk_count=3),
        lambda head, _: head.update(encoders=[]),
        lambda head, _: head.update(encoders=[{**head["encoders"][0], "dtype": "int8"}]),
        lambda head, _: head.update(encoders=[{**head["encoders"][0], "dimensions": 4}]),
        lambda head, _: head.update(timings={"encode": -1}),
        lambda head, _: head.update(unread=[0]),
        lambda head, _: head.update(unread=[2, 1]),
        lambda head, _: head.update(unread=[5000]),
        lambda head, _: head.update(chunks=head["chunks"] * 2),
        lambda head, _: head.update(chunks=[["0" * 64, 10]]),
        lambda head, _: head.update(chunks=[[head["chunks"][0][0], 2**30]]),
        lambda head, _: head.update(pdf=[["0" * 64, 10]]),
        lambda head, _: head.update(canaries={"passages": ["x"], "questions": [], "vectors": []}),
        lambda head, _: head.update(canaries={"passages": ["x"], "questions": [], "vectors": [["0" * 64, 16]]}),
        lambda _, rows: rows.clear(),
        lambda _, rows: rows.reverse(),
        lambda _, rows: rows[1].__setitem__(4, [[0, 5], [6, 900]]),
        lambda _, rows: rows[1].__setitem__(4, []),
        lambda _, rows: rows[1].__setitem__(4, [[5, 5], [0, 1]]),
        lambda _, rows: rows[1].__setitem__(3, [[1, 4, None]]),
        lambda _, rows: rows[1].__setitem__(3, [[0, 0, None]]),
        lambda _, rows: rows[1].__setitem__(3, [[0, 4, None], [0, 5, None]]),
        lambda _, rows: rows[1].__setitem__(5, []),
        lambda _, rows: rows[1].append(1),
        lambda _, rows: rows.extend([rows[0]] * manifest_json.LEAF_ROWS),
    ],
)
def test_a_forged_manifest_is_damaged(
    tmp_path: Path, change: Callable[[dict[str, object], list[list[object]]], object]
) -> None:
    with pytest.raises(Invalid) as caught:
        read_pack(forged(tmp_path / "a.vkp", change))
    assert caught.value.code == Failure.PACK_DAMAGED


def test_another_format_is_told_apart_before_anything_else(tmp_path: Path) -> None:
    path = tmp_path / "a.vkp"
    with path.open("wb") as file:
        container.write_whole(file, freeze(b'{"format": 2}'), [], 0)
    newer_layout = bytearray(path.read_bytes())
    newer_layout[6] = 9
    for raw, found in ((path.read_bytes(), 2), (bytes(newer_layout), 9)):
        path.write_bytes(raw)
        with pytest.raises(Invalid) as caught:
            read_pack(path)
        assert (caught.value.code, caught.value.values) == (Failure.PACK_FORMAT_UNKNOWN, {"format": found})


def test_vectors_must_be_unit_and_finite(tmp_path: Path) -> None:
    for wrong in (np.full((3, 8), np.nan, np.float32), np.zeros((3, 8), np.float32), unit(3) * 2):
        made = replace(pack_of(SMALL, rows=rows_of(SMALL, wrong)), vectors=wrong)
        write_pack(tmp_path / "a.vkp", made)
        with pytest.raises(Invalid) as caught:
            read_pack(tmp_path / "a.vkp")
        assert caught.value.values == {"part": "vectors"}


def test_a_pdf_of_another_hash_is_damaged(tmp_path: Path) -> None:
    pack = full_pack()
    write_pack(tmp_path / "a.vkp", replace(pack, manifest=replace(pack.manifest, pdf_sha256="0" * 64)), PDF)
    with pytest.raises(Invalid) as caught:
        read_pack(tmp_path / "a.vkp")
    assert caught.value.values == {"part": "pdf"}
    with pytest.raises(Invalid):
        write_pdf(tmp_path / "a.pdf", tmp_path / "a.vkp")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.vkp"]


def test_a_bomb_does_not_unfold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.vkp"
    monkeypatch.setattr(parts, "PART_LIMIT", 1 << 40)
    with path.open("wb") as file:
        container.write_whole(file, freeze(b" " * (64 << 20)), [], 0)
    monkeypatch.undo()
    assert path.stat().st_size < 10_000
    with pytest.raises(Invalid) as caught:
        read_pack(path)
    assert caught.value.values == {"part": "manifest"}


def test_a_failed_write_leaves_the_old_pack(tmp_path: Path) -> None:
    path = tmp_path / "a.vkp"
    write_pack(path, pack_of(SMALL))
    broken = replace(pack_of(SMALL), chunks=(replace(SMALL[0], text="\ud800"),))
    with pytest.raises(UnicodeEncodeError):
        write_pack(path, broken)
    assert_same(read_pack(path), pack_of(SMALL))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.vkp"]


def test_a_full_disk_is_a_failure_with_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NexusError) as caught:
        write_pack(tmp_path / "a.vkp", pack_of(SMALL))
    assert caught.value.code == Failure.DISK_FULL
    assert list(tmp_path.iterdir()) == []


def many(count: int) -> list[Chunk]:
    return [Chunk(f"Kalimat {n}.", "Bab", (Span(0, n + 1, None),), (Window(0, 9),)) for n in range(count)]


def manifest_with_new_row(chunks: list[Chunk], place: int) -> tuple[Manifest, Manifest]:
    """A manifest, and the same with one more chunk at this place; the others keep their vectors."""
    old = pack_of(chunks)
    extra = Chunk("Kalimat sisipan.", "Bab", (Span(0, 1, None),), (Window(0, 9),))
    vectors = np.insert(old.vectors, place, unit(1, seed=7), axis=0)
    longer = [*chunks[:place], extra, *chunks[place:]]
    return old.manifest, pack_of(longer, rows=rows_of(longer, vectors)).manifest


@given(st.integers(0, 400))
def test_one_more_row_changes_two_leaves_at_most(place: int) -> None:
    old, new = (set(manifest_json.to_json(one)[1]) for one in manifest_with_new_row(many(400), place))
    assert len(new - old) <= 3
    assert len(old) > 10


def test_a_delta_has_what_the_old_pack_lacks(tmp_path: Path) -> None:
    chunks = many(200)
    write_pack(tmp_path / "old.vkp", pack_of(chunks))
    changed = [*chunks[:50], replace(chunks[50], text="Kalimat baru."), *chunks[51:]]
    write_pack(tmp_path / "new.vkp", pack_of(changed))
    write_delta_pack(tmp_path / "delta", tmp_path / "new.vkp", tmp_path / "old.vkp")
    raw = (tmp_path / "delta").read_bytes()
    header = container.read_header(raw)
    places = container.read_named(header, raw[header.table.offset : header.table.end])
    with opened(tmp_path / "new.vkp") as new, opened(tmp_path / "old.vkp") as old:
        expected = [part for part in new.order if part not in old]
        assert list(places) == [part.sha256 for part in expected]
        for part in expected:
            place = places[part.sha256]
            assert raw[place.offset : place.end] == new.frame_of(part)
        assert Part.of(b"Kalimat baru.") in expected
    assert header.head_sha256 == hashlib.sha256(read_head(tmp_path / "new.vkp")).hexdigest()
    assert len(raw) < (tmp_path / "new.vkp").stat().st_size / 4
