"""Packs of format 0 are read for as long as a school may have one."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_appliance.curriculum.chunks import Chunk
from nexus_appliance.curriculum.manifest import stored
from nexus_appliance.curriculum.pack import read_manifest, read_pack, read_scan
from nexus_appliance.curriculum.zip_pack import PART_LIMITS
from nexus_appliance.errors import Failure, Invalid
from tests.curriculum.format0 import manifest_of, write_format0
from tests.curriculum.small_packs import SCANS, SMALL, any_chunk, assert_same, pack_of, scanned_pack, unit

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
ROWS = json.loads(json.dumps(manifest_of(pack_of(SMALL))))["chunks"]


@ON_DISK
@given(st.lists(any_chunk(), max_size=5))
def test_a_pack_of_the_version_before_is_read(tmp_path: Path, chunks: list[Chunk]) -> None:
    pack = pack_of(chunks)
    write_format0(tmp_path / "a.vkp", pack)
    found = read_pack(tmp_path / "a.vkp")
    assert_same(found, pack)
    assert read_manifest(tmp_path / "a.vkp") == found.manifest
    assert found.manifest.format == 0


def test_its_scans_come_back_with_their_places(tmp_path: Path) -> None:
    path = write_format0(tmp_path / "a.vkp", scanned_pack())
    assert_same(read_pack(path), scanned_pack())
    assert [read_scan(path, page) for page in (3, 4, 5)] == [SCANS[3], None, SCANS[5]]


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
    scans = manifest_of(scanned_pack())["scans"]
    assert isinstance(scans, dict)
    path = write_format0(tmp_path / "a.vkp", scanned_pack(), {"scans": {**scans, **change}})
    with pytest.raises(Invalid) as caught:
        read_pack(path)
    assert caught.value.code == Failure.PACK_DAMAGED


@ON_DISK
@given(st.data())
def test_a_flipped_bit_is_noticed_or_means_nothing(tmp_path: Path, data: st.DataObject) -> None:
    path = write_format0(tmp_path / "a.vkp", pack_of(SMALL))
    raw = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)
    try:
        found = read_pack(path)
    except Invalid as failure:
        assert failure.code in (Failure.PACK_DAMAGED, Failure.PACK_FORMAT_UNKNOWN)
    else:
        assert_same(found, pack_of(SMALL))


@pytest.mark.parametrize("left", [1, 0.5, 0.9, -23])
def test_a_cut_pack_is_damaged(tmp_path: Path, left: float) -> None:
    path = write_format0(tmp_path / "a.vkp", pack_of(SMALL))
    raw = path.read_bytes()
    path.write_bytes(raw[: int(left * len(raw)) if 0 < left < 1 else int(left)])
    with pytest.raises(Invalid) as caught:
        read_pack(path)
    assert caught.value.code == Failure.PACK_DAMAGED


@pytest.mark.parametrize(
    "changes",
    [
        {"checksum": "0" * 64},
        {"checksum": "0"},
        {"grade": -1},
        {"grade": True},
        {"grade": 10**30},
        {"title": None},
        {"title": "x" * 20_000},
        {"page_count": 1},
        {"chunk_count": 3},
        {"vectors_sha256": "0" * 64},
        {"encoder": {}},
        {"timings": {"encode": -1}},
        {"chunks": [*ROWS[:1], {**ROWS[1], "windows": [[0, 5], [6, 900]]}]},
        {"chunks": [*ROWS[:1], {**ROWS[1], "windows": []}]},
        {"chunks": [*ROWS[:1], {**ROWS[1], "spans": [[1, 4, None]]}]},
        {"chunks": ROWS[::-1]},
    ],
)
def test_a_forged_manifest_is_damaged(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        read_pack(write_format0(tmp_path / "a.vkp", pack_of(SMALL), changes))
    assert caught.value.code == Failure.PACK_DAMAGED


@pytest.mark.parametrize("raw", [b"", b"[]", b"[" * 100_000, b'{"format": NaN}', b'{"format": "0"}'])
def test_a_manifest_that_is_none_is_damaged(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_pack(write_format0(tmp_path / "a.vkp", pack_of(SMALL), manifest_json=raw))
    assert caught.value.code == Failure.PACK_DAMAGED


def test_another_format_is_told_apart_before_anything_else(tmp_path: Path) -> None:
    path = write_format0(tmp_path / "a.vkp", pack_of(SMALL), manifest_json=b'{"format": 5}', chunks_json=b"?")
    with pytest.raises(Invalid) as caught:
        read_pack(path)
    assert (caught.value.code, caught.value.values) == (Failure.PACK_FORMAT_UNKNOWN, {"format": 5})


def test_vectors_must_be_unit_and_finite(tmp_path: Path) -> None:
    for wrong in (np.full((3, 8), np.nan, np.float32), np.zeros((3, 8), np.float32), unit(3) * 2):
        raw = stored(wrong)
        changes = {"vectors_sha256": hashlib.sha256(raw).hexdigest()}
        with pytest.raises(Invalid):
            read_pack(write_format0(tmp_path / "a.vkp", pack_of(SMALL), changes, vectors_f16=raw))


def test_a_changed_text_is_noticed(tmp_path: Path) -> None:
    texts = json.dumps([SMALL[0].text.replace("tarikan", "dorongan"), SMALL[1].text])
    with pytest.raises(Invalid):
        read_pack(write_format0(tmp_path / "a.vkp", pack_of(SMALL), chunks_json=texts.encode()))


def test_a_zip_bomb_does_not_unfold(tmp_path: Path) -> None:
    bomb = b" " * (PART_LIMITS["manifest.json"] + 2)
    path = write_format0(tmp_path / "a.vkp", pack_of(SMALL), manifest_json=bomb)
    assert path.stat().st_size < 200_000
    with pytest.raises(Invalid) as caught:
        read_pack(path)
    assert caught.value.values == {"part": "manifest.json"}


def test_more_or_fewer_parts_are_damaged(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read_pack(write_format0(tmp_path / "a.vkp", pack_of(SMALL), extra_txt=b""))
    assert caught.value.values == {"part": "parts"}
