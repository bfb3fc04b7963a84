"""Tables of pages become rows; what only looks like one stays text."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from fpdf import FPDF

from nexus_appliance.curriculum.chunks import WINDOW_TOKENS, Chunk, chunk_sections
from nexus_appliance.curriculum.extract import extract
from nexus_appliance.curriculum.pages import Extract
from nexus_appliance.curriculum.paragraphs import clean_lines
from nexus_appliance.curriculum.sections import sections
from nexus_appliance.curriculum.tokens import TokenCounter
from tests.pdfs import SENTENCES, paragraph

Row = tuple[str, ...]
PORTS = (
    ("layanan", "port", "arti"),
    ("www", "80", "halaman web"),
    ("ftp", "21", "berkas"),
    ("ssh", "22", "jarak jauh"),
)


def page(path: Path, rows: Sequence[Row], places: tuple[int, ...] = (20, 70, 110), step: float = 6) -> Path:
    """Prose, these rows with cells that begin at `places` (mm), prose; newlines part the lines of a cell."""
    book = FPDF(format="A4")
    book.add_page()
    book.set_font("Helvetica", size=10)
    book.set_xy(20, 20)
    book.multi_cell(170, 5, paragraph(4))
    top = 60.0
    for row in rows:
        for place, cell in zip(places, row, strict=False):
            for number, line in enumerate(cell.split("\n") if cell else ()):
                book.text(place, top + 4 * number, line)
        top += step + 4 * max(cell.count("\n") for cell in row)
    book.set_xy(20, top + 10)
    book.multi_cell(170, 5, paragraph(3, 7))
    book.output(str(path))
    return path


def text_of(path: Path) -> str:
    return "\n\n".join(section.text for section in sections(extract(path)))


def rows_of(path: Path) -> list[str]:
    return [line.text for line in clean_lines(extract(path).pages[0].lines) if line.row]


def test_a_table_is_read_row_by_row_between_its_paragraphs(tmp_path: Path) -> None:
    table = "layanan | port | arti\nwww | 80 | halaman web\nftp | 21 | berkas\nssh | 22 | jarak jauh"
    text = text_of(page(tmp_path / "t.pdf", PORTS))
    assert f"\n\n{table}\n\n" in text
    assert text.count(" | ") == 8


def test_the_lines_of_a_cell_are_one_and_empty_cells_stay(tmp_path: Path) -> None:
    rows = (("alat", "ukuran", "guna"), ("penggaris", "", "mengukur\npanjang benda"), ("neraca", "2", "menimbang"))
    assert rows_of(page(tmp_path / "t.pdf", (*rows, ("gelas ukur", "3", "menakar")))) == [
        "alat | ukuran | guna",
        "penggaris | | mengukur panjang benda",
        "neraca | 2 | menimbang",
        "gelas ukur | 3 | menakar",
    ]


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ([("1.", "Rebus air"), ("2.", "Masukkan teh"), ("3.", "Aduk rata")], (20, 32)),
        ([("-", "air"), ("-", "teh"), ("-", "gula")], (20, 32)),
        ([("Pendahuluan", "1"), ("Algoritma", "7"), ("Jaringan", "19"), ("Penutup", "33")], (20, 170)),
        ([(one[:40], two[:40]) for one, two in pairwise(SENTENCES)], (20, 110)),
        ([("satu", "80"), ("dua", "21")], (20, 70)),
    ],
    ids=["numbers", "bullets", "contents", "columns of text", "two rows"],
)
def test_lists_contents_and_columns_are_no_tables(tmp_path: Path, rows: list[Row], places: tuple[int, ...]) -> None:
    assert rows_of(page(tmp_path / "t.pdf", rows, places)) == []


def chunks(book: Extract, room: int = 508) -> list[Chunk]:
    count = TokenCounter(lambda text: len(text.split()))
    return [chunk for made in chunk_sections(sections(book), book.pages, count, room) for chunk in made]


def test_windows_never_cut_a_row_that_fits(tmp_path: Path) -> None:
    rows = [(f"alat {number}", f"{number}", f"Guna satu. Guna dua. Guna {number}.") for number in range(40)]
    found = chunks(extract(page(tmp_path / "t.pdf", rows, step=5)))
    whole = {f"alat {number} | {number} | Guna satu. Guna dua. Guna {number}." for number in range(40)}
    windows = [chunk.window_text(index) for chunk in found for index in range(len(chunk.windows))]
    shown = [line for window in windows for line in window.split("\n") if " | " in line]
    assert set(shown) == whole
    assert all(len(window.split()) <= WINDOW_TOKENS for window in windows)
    assert len(windows) > 1
