"""What was read is kept until its book is in; whatever happens to the files, no page comes back wrong."""

import hashlib
import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.scans import BLANK
from nexus_appliance.knowledge.scan_cache import BOOKS, PAGE_LIMIT, ScanCache, forget
from tests.curriculum.scans import SCANS, scan_of

BOOK = "0" * 64
PAGE = scan_of("Gaya gesek melawan gerak benda.", "Permukaan kasar memberi gaya lebih besar.")


def file_of(root: Path) -> Path:
    (file,) = root.glob("*/*/*.json")
    return file


@given(st.integers(1, 3000), SCANS)
def test_what_is_kept_comes_back(page: int, scan: Scan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ScanCache(Path(folder), BOOK, "5.3.0-ind").keep(page, scan)
        again = ScanCache(Path(folder), BOOK, "5.3.0-ind")
        assert again.recall(page) == scan
        assert again.recall(page + 1) is None


def test_another_book_and_another_way_of_reading_do_not_see_it(tmp_path: Path) -> None:
    ScanCache(tmp_path, BOOK, "5.3.0-ind").keep(1, PAGE)
    assert ScanCache(tmp_path, "1" * 64, "5.3.0-ind").recall(1) is None
    assert ScanCache(tmp_path, BOOK, "5.3.0-ind-eng").recall(1) is None


@given(st.data())
def test_a_spoiled_file_is_a_page_to_be_read_again(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = ScanCache(Path(folder), BOOK, "a")
        cache.keep(4, PAGE)
        raw = bytearray(file_of(Path(folder)).read_bytes())
        place = data.draw(st.integers(0, len(raw) - 1))
        spoiled = data.draw(
            st.sampled_from(
                [bytes(raw[:place]), bytes(raw[:place]) + b"\0" + bytes(raw[place + 1 :]), bytes(raw) + b" "]
            )
        )
        file_of(Path(folder)).write_bytes(spoiled)
        assert cache.recall(4) is None
        cache.keep(4, PAGE)
        assert cache.recall(4) == PAGE


def test_a_file_that_was_moved_is_not_another_page(tmp_path: Path) -> None:
    cache = ScanCache(tmp_path, BOOK, "a")
    cache.keep(4, PAGE)
    file_of(tmp_path).rename(file_of(tmp_path).with_name("5.json"))
    assert cache.recall(5) is None


@pytest.mark.parametrize("content", [b"{}", b"[" * 100_000, b'{"quality": 2, "lines": []}', b" " * (PAGE_LIMIT + 1)])
def test_a_hostile_file_with_the_right_hash_is_still_read_strictly(tmp_path: Path, content: bytes) -> None:
    cache = ScanCache(tmp_path, BOOK, "a")
    cache.keep(1, PAGE)
    digest = hashlib.sha256(b"1\n" + content).hexdigest()
    file_of(tmp_path).write_bytes(digest.encode() + b"\n" + content)
    assert cache.recall(1) is None


def test_a_half_written_file_is_no_page(tmp_path: Path) -> None:
    """What a power cut leaves: a draft that was never put in its place."""
    cache = ScanCache(tmp_path, BOOK, "a")
    cache.keep(1, PAGE)
    file_of(tmp_path).rename(file_of(tmp_path).with_suffix(".draft"))
    assert cache.recall(1) is None
    cache.keep(1, BLANK)
    assert json.loads(file_of(tmp_path).read_bytes().partition(b"\n")[2]) == {"quality": 1.0, "lines": []}


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "scans").write_text("a file where the folder should be")
    cache = ScanCache(tmp_path / "scans", BOOK, "a")
    cache.keep(1, PAGE)
    assert cache.recall(1) is None


def test_only_the_latest_books_are_kept(tmp_path: Path) -> None:
    for number in range(BOOKS + 3):
        ScanCache(tmp_path, f"{number:064}", "a").keep(1, PAGE)
        os.utime(tmp_path / f"{number:064}", (number, number))
    assert sorted(int(book.name) for book in tmp_path.iterdir()) == list(range(3, BOOKS + 3))


def test_a_book_that_is_in_is_forgotten(tmp_path: Path) -> None:
    ScanCache(tmp_path, BOOK, "a").keep(1, PAGE)
    forget(tmp_path, BOOK)
    assert list(tmp_path.iterdir()) == []
    forget(tmp_path, BOOK)
