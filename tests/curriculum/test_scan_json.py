import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.scan_json import WORD_LIMIT, scan_from_json, scan_to_json, scans_from_json
from tests.curriculum.format0 import scans_to_json
from tests.curriculum.scans import SCANS, scan_of


@given(st.dictionaries(st.integers(1, 3000), SCANS, max_size=3))
def test_what_is_written_is_read(scans: dict[int, Scan]) -> None:
    assert scans_from_json(scans_to_json(scans)) == scans


@given(SCANS)
def test_one_scan_is_read_as_it_was_written(scan: Scan) -> None:
    assert scan_from_json(scan_to_json(scan)) == scan


def spoiled(**changes: object) -> bytes:
    scan = json.loads(scans_to_json({1: scan_of("satu")}))["pages"]["1"]
    return json.dumps({"version": 1, "pages": {"1": {**scan, **changes}}}).encode()


def with_word(*word: object) -> bytes:
    return spoiled(lines=[[1.0, 1.0, [list(word)]]])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"version": 2, "pages": {}}',
        b'{"version": 1, "pages": []}',
        b'{"version": 1, "pages": {"1": 5}}',
        b'{"version": 1, "pages": {"0": {"quality": 1, "lines": []}}}',
        b'{"version": 1, "pages": {"01": {"quality": 1, "lines": []}}}',
        b'{"version": 1, "pages": {"\xb2": {"quality": 1, "lines": []}}}',
        spoiled(quality=1.5),
        spoiled(quality=float("nan")),
        spoiled(quality=True),
        spoiled(more=1),
        spoiled(lines=[[1.0, -1.0, []]]),
        spoiled(lines=[[10**9, 1.0, []]]),
        spoiled(lines=[[1.0, 1.0]]),
        with_word("satu", 5, 5, 4, 6),
        with_word("satu", 0, 0, 1, 10_001),
        with_word("satu", 0, 0, 1.0, 1),
        with_word("satu", 0, 0, 1),
        with_word("", 0, 0, 1, 1),
        with_word("\ud800", 0, 0, 1, 1),
        with_word("x" * 1000, 0, 0, 1, 1),
        spoiled(lines=[[1.0, 1.0, [["a", 0, 0, 1, 1]] * (WORD_LIMIT + 1)]]),
    ],
)
def test_anything_unexpected_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        scans_from_json(raw)


@given(st.binary(max_size=200))
def test_rubbish_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        scans_from_json(raw)
