"""Pages whose text comes from their pictures, with readers that know the answer."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from nexus_appliance.curriculum.build import BookSource, build_pack
from nexus_appliance.curriculum.extract import extract
from nexus_appliance.curriculum.pack import read_pack, read_scan
from nexus_appliance.curriculum.pages import Line, Scan
from nexus_appliance.curriculum.scans import BLANK, read_pictures, typeset
from nexus_appliance.errors import Failure, Invalid
from tests import pdfs
from tests.curriculum.scans import scan_of
from tests.curriculum.test_legible import shifted
from tests.fakes import HashEncoder

GOOD = (Line(pdfs.paragraph(3), 700, 11),)
STAMP = (Line("Dipindai dengan CamScanner", 10, 8),)
BROKEN = tuple(Line(line, 700, 11) for line in [shifted(pdfs.paragraph(4))])
READ = scan_of("Gaya gesek melawan gerak benda pada permukaan yang kasar.")


class Desk:
    """A reader of pictures that gives the same page each time, and knows which it was asked for."""

    def __init__(self, given: Scan | None = READ) -> None:
        self.given = given
        self.asked: list[int] = []

    def __call__(self, index: int) -> Scan | None:
        self.asked.append(index)
        return self.given


def read(desk: Desk | None, *layers: Sequence[Line] | None) -> tuple[list[str], list[int], tuple[int, ...]]:
    found = read_pictures([None if one is None else tuple(one) for one in layers], desk, lambda _done, _total: None)
    return [" ".join(line.text for line in lines) for lines in found.sheets], list(found.scans), found.unread


def test_only_pages_without_a_usable_layer_are_shown_to_the_reader() -> None:
    desk = Desk()
    texts, scans, unread = read(desk, GOOD, STAMP, BROKEN, None, ())
    assert desk.asked == [1, 2, 4]
    assert (scans, unread) == ([2, 3, 5], ())
    assert texts == [GOOD[0].text, READ.lines[0].text, READ.lines[0].text, "", READ.lines[0].text]


def test_a_page_that_cannot_be_read_is_named_and_no_rubbish_stays() -> None:
    assert read(Desk(None), GOOD, STAMP, BROKEN, ()) == ([GOOD[0].text, STAMP[0].text, "", ""], [], (2, 3, 4))


def test_blank_pages_are_no_scans() -> None:
    assert read(Desk(BLANK), STAMP, BROKEN, ()) == ([STAMP[0].text, "", ""], [], ())


def test_a_short_layer_stays_when_the_picture_tells_no_more() -> None:
    assert read(Desk(scan_of("Dipindai")), STAMP) == ([STAMP[0].text], [], ())


def test_a_page_on_which_the_reader_failed_counts_as_badly_read() -> None:
    assert read(Desk(Scan((), 0.0)), GOOD, ()) == ([GOOD[0].text, ""], [2], ())


def test_without_a_reader_all_stays() -> None:
    assert read(None, STAMP, BROKEN) == ([STAMP[0].text, BROKEN[0].text], [], ())


def test_the_reader_reports_from_the_beginning() -> None:
    seen: list[tuple[int, int]] = []
    read_pictures([GOOD, (), ()], Desk(), lambda done, total: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2), (2, 2)]
    read_pictures([GOOD], Desk(), lambda done, total: seen.append((done, total)))
    assert len(seen) == 3


@pytest.mark.parametrize(("others", "body"), [([], 10.2), ([GOOD], 11)])
def test_measured_sizes_become_even(others: list[Sequence[Line]], body: float) -> None:
    sizes = (10.2, 9.4, 10.6, 12.4, 15.1, 0.0)
    scan = Scan(tuple(scan_of("sama banyak kata", size=size).lines[0] for size in (*sizes, 10.2, 10.2)), 0.9)
    lines = typeset({1: scan}, others)[1][: len(sizes)]
    assert [line.size for line in lines] == [body, body, body, round(body * 1.2, 1), round(body * 1.44, 1), body]


def test_a_scanned_book_becomes_a_pack_with_its_words(tmp_path: Path) -> None:
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [pdfs.printed("satu"), pdfs.paragraph(8), pdfs.printed("dua")])
    scan = scan_of("1.1 Gaya gesek", *["Gaya gesek melawan gerak benda pada permukaan yang kasar."] * 12, quality=0.6)
    source = BookSource(pdf, "Fisika", "a.pdf", "fisika_12", 12)
    made = build_pack(source, HashEncoder(), tmp_path / "a.vkp", reader=Desk(scan))
    pack = read_pack(tmp_path / "a.vkp")
    assert pack.manifest == made
    assert ([(row.page, row.quality) for row in made.scans], made.unread) == ([(1, 0.6), (3, 0.6)], ())
    assert pack.scans == {1: scan, 3: scan}
    assert read_scan(tmp_path / "a.vkp", 3) == scan
    assert any("Gaya gesek melawan" in chunk.text for chunk in pack.chunks)


def test_a_scan_that_nobody_reads_has_no_text(tmp_path: Path) -> None:
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [pdfs.printed("satu")] * 2)
    for reader in (None, Desk(None), Desk(BLANK)):
        with pytest.raises(Invalid) as caught:
            extract(pdf, reader=reader)
        assert caught.value.code == Failure.PDF_NO_TEXT
