"""Pictures of pages, read by the real Tesseract."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from nexus_appliance.curriculum.pages import FINE, Scan
from nexus_appliance.curriculum.scans import BLANK
from nexus_appliance.knowledge import tesseract, upright
from nexus_appliance.knowledge.deskew import STEEPEST, skew
from nexus_appliance.knowledge.page_reader import PageReader
from nexus_appliance.knowledge.scan_lines import BROKEN, POOR, Sheet, quality_of, scan_of
from nexus_appliance.knowledge.tesseract import Seen, Tesseract, find_tesseract, read_picture
from nexus_appliance.knowledge.upright import turned
from tests import pdfs

TEXT = " ".join(pdfs.SENTENCES)
CROOKED = 3.0


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text.casefold()))


def recovered(scan: Scan | None, text: str = TEXT) -> float:
    """The share of the words of `text` that were read."""
    assert scan is not None
    read = words(" ".join(line.text for line in scan.lines))
    return (words(text) & read).total() / words(text).total()


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")


def test_the_installed_tesseract_knows_indonesian() -> None:
    found = find_tesseract()
    assert found is not None
    assert found.version[0].isdigit()
    assert found.languages == ("ind", "eng")


def test_a_crooked_page_is_read_and_its_words_stand_where_they_are_printed(tmp_path: Path) -> None:
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [pdfs.printed(TEXT, CROOKED)])
    scan = PageReader(pdf, tmp_path / "kept")(0)
    assert scan is not None
    assert recovered(scan) > 0.95
    assert scan.quality > POOR
    (first,) = [word for line in scan.lines[:1] for word in line.words[:1]]
    assert first.text == "Algoritma"
    down, across = stand_on_print(pdf, scan)
    top = scan.lines[0].words[0].box[1]
    right = scan.lines[0].words[-1].box[1]
    assert right - top > 0.8 * np.tan(np.radians(CROOKED)) * (FINE * 0.7 * across / down), "the line falls to the right"
    assert {round(line.size) for line in scan.lines} <= {11, 12, 13, 14}


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_page_that_lies_the_wrong_way_round_is_read_too(tmp_path: Path, turn: int) -> None:
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [turned(pdfs.printed(TEXT, CROOKED), turn)])
    scan = PageReader(pdf, tmp_path / "kept")(0)
    assert scan is not None
    assert (recovered(scan) > 0.95, scan.quality > POOR) == (True, True)
    assert scan.lines[0].words[0].text == "Algoritma"
    assert {round(line.size) for line in scan.lines} <= {11, 12, 13, 14}
    assert [line.y for line in scan.lines] == sorted((line.y for line in scan.lines), reverse=True)
    stand_on_print(pdf, scan)


def test_the_turn_of_a_page_is_tried_first_for_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [turned(pdfs.printed(TEXT), 2)] * 2 + [pdfs.printed(TEXT)] * 2
    reader = PageReader(pdfs.scanned_book(tmp_path / "a.pdf", pages), tmp_path / "kept")
    calls: list[bytes] = []

    def counted(tesseract: Tesseract, png: bytes, dpi: float, segmentation: str) -> list[Seen] | None:
        calls.append(png)
        return read_picture(tesseract, png, dpi, segmentation)

    monkeypatch.setattr(upright, "read_picture", counted)
    readings = []
    for index in range(4):
        assert recovered(reader(index)) > 0.95
        readings.append(len(calls))
    assert readings == [2, 3, 5, 6]


def stand_on_print(pdf: Path, scan: Scan) -> tuple[int, int]:
    """Each word of the first page has print where it should stand; the height and width of the page as it is drawn."""
    drawn = np.asarray(pypdfium2.PdfDocument(pdf)[0].render(scale=2, grayscale=True).to_pil())
    down, across = drawn.shape
    for line in scan.lines:
        for word in line.words:
            left, top, right, bottom = word.box
            print_there = drawn[
                top * down // FINE : bottom * down // FINE, left * across // FINE : right * across // FINE
            ]
            assert print_there.min() < 100, word
    return down, across


def test_what_was_read_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [pdfs.printed(TEXT)])
    first = PageReader(pdf, tmp_path / "kept")(0)
    monkeypatch.setattr(upright, "read_picture", None)
    assert PageReader(pdf, tmp_path / "kept")(0) == first


def test_a_coarse_page_is_known_to_be_read_poorly(tmp_path: Path) -> None:
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [pdfs.printed(TEXT, blur=6)])
    scan = PageReader(pdf, tmp_path / "kept")(0)
    assert scan is not None
    assert recovered(scan) < 0.7
    assert scan.quality < POOR


def test_nothing_is_read_where_nothing_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank paper, also with specks and the shadow of the lid, never reaches Tesseract."""
    monkeypatch.setattr(upright, "read_picture", None)
    paper = Image.new("L", (1240, 1754), 245)
    dusty = paper.copy()
    pen = ImageDraw.Draw(dusty)
    pen.rectangle((0, 0, 20, 1754), fill=30)
    pen.rectangle((400, 700, 408, 708), fill=60)
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [paper, dusty, "BAB 1"])
    reader = PageReader(pdf, tmp_path / "kept")
    assert [reader(index) for index in range(3)] == [BLANK] * 3


def test_a_photograph_holds_no_text(tmp_path: Path) -> None:
    assert PageReader(pdfs.photographs(tmp_path / "a.pdf"), tmp_path / "kept")(0) == BLANK


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_pages_with_print_cannot_be_read(tmp_path: Path) -> None:
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [Image.new("L", (1240, 1754), 250), pdfs.printed(TEXT)])
    reader = PageReader(pdf, tmp_path / "kept")
    assert (find_tesseract(), reader(0), reader.missed) == (None, BLANK, False)
    assert (reader(1), reader.missed) == (None, True)


@pytest.mark.parametrize("script", ["exit 1", "sleep 60", "head -c 9000000 /dev/zero"])
def test_a_tesseract_that_fails_costs_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = tmp_path / "tesseract"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --list-langs ] && echo ind && exit\n[ "$1" = --version ] && exit\n{script}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(tesseract, "PAGE_SECONDS", 2)
    pdf = pdfs.scanned_book(tmp_path / "a.pdf", [pdfs.printed(TEXT)])
    assert PageReader(pdf, tmp_path / "kept")(0) == BROKEN


@given(st.floats(-STEEPEST + 0.2, STEEPEST - 0.2))
def test_the_skew_of_rows_is_found(angle: float) -> None:
    page = Image.new("L", (600, 800), 250)
    pen = ImageDraw.Draw(page)
    for row in range(100, 700, 22):
        pen.line((80, row, 520, row), fill=20, width=7)
    turned = page.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=250)
    assert skew(np.asarray(turned)) == pytest.approx(angle, abs=0.15)


def test_blank_paper_lies_straight() -> None:
    assert skew(np.full((800, 600), 250, np.uint8)) == 0.0


@given(st.floats(-5, 5), st.integers(60, 500), st.integers(60, 700))
def test_a_box_on_the_upright_picture_is_found_on_the_crooked_one(angle: float, across: int, down: int) -> None:
    crooked = Image.new("L", (600, 800), 255)
    ImageDraw.Draw(crooked).rectangle((across - 8, down - 8, across + 8, down + 8), fill=0)
    upright = np.asarray(crooked.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255))
    rows, columns = np.nonzero(upright < 128)
    seen = Seen("x", (1, 1, 1), int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max()), 1.0)
    left, top, right, bottom = Sheet(600, 800, 1.0, angle).box(seen)
    assert (left + right) / 2 / FINE * 600 == pytest.approx(across, abs=1.5)
    assert (top + bottom) / 2 / FINE * 800 == pytest.approx(down, abs=1.5)


def seen(text: str, confidence: float, line: int = 1, left: int = 0) -> Seen:
    return Seen(text, (1, 1, line), left, 100 * line, left + 50, 100 * line + 20, confidence)


def test_quality_weighs_words_by_their_length() -> None:
    assert quality_of([seen("a", 0.0), seen("gesekan", 1.0)]) == pytest.approx(0.875)
    assert quality_of([]) == 0.0


def test_stains_are_no_words_and_few_bad_words_no_page() -> None:
    sheet = Sheet(1000, 1000, 4.0, 0.0)
    scan = scan_of([seen("|", 0.05), *(seen("gaya", 0.9, 2, 60 * place) for place in range(5))], sheet)
    assert [line.text for line in scan.lines] == ["gaya gaya gaya gaya gaya"]
    assert scan_of([seen("PRA", 0.3), seen("AH", 0.5)], sheet) == BLANK
    assert scan_of([seen("Bab", 0.95), seen("Satu", 0.95)], sheet) != BLANK
