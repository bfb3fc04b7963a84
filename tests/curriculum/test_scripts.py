"""Raised and lowered characters of a page."""

from pathlib import Path

import pytest
from fpdf import FPDF

from nexus_appliance.curriculum.extract import extract
from nexus_appliance.curriculum.runs import Glyphs
from nexus_appliance.curriculum.scripts import with_scripts

Part = tuple[str, float]
"""Text, and how far it is raised in mm."""


def line_of(path: Path, parts: list[Part]) -> str:
    """The line that a page with these parts has, as it is extracted; raised parts are set smaller."""
    book = FPDF(format="A4")
    book.add_page()
    x = 20.0
    for text, raised in parts:
        book.set_font("Helvetica", size=7 if raised else 11)
        book.text(x, 40 - raised, text)
        x += book.get_string_width(text)
    book.set_font("Helvetica", size=11)
    book.text(20, 60, "Algoritma adalah urutan langkah yang jelas dan terbatas.")
    book.output(str(path))
    return extract(path).pages[0].lines[0].text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([("Luas x", 0), ("2", 1.3), (" + 1", 0)], "Luas x² + 1"),
        ([("Air H", 0), ("2", -0.7), ("O dan CO", 0), ("2", -0.7), (" saja", 0)], "Air H₂O dan CO₂ saja"),
        ([("sebesar 10", 0), ("-3", 1.3), (" meter", 0)], "sebesar 10⁻³ meter"),
        ([("seluas 5 km", 0), ("2", 1.3), (".", 0)], "seluas 5 km²."),
        ([("nilai a", 0), ("n+1", -0.7)], "nilai aₙ₊₁"),
        ([("nilai e", 0), ("ax", 1.3)], "nilai e^(ax)"),
        ([("massa m", 0), ("Bulan", -0.7)], "massa m_(Bulan)"),
        ([("menurut sejarawan", 0), ("12", 1.3), (" itu", 0)], "menurut sejarawan ¹² itu"),
    ],
)
def test_they_are_read_as_they_are_printed(tmp_path: Path, parts: list[Part], text: str) -> None:
    assert line_of(tmp_path / "s.pdf", parts) == text


@pytest.mark.parametrize(
    ("size", "y", "text"),
    [(11, 104, "2"), (7, 100, "2"), (7, 112, "2"), (7, 104, " 2"), (7, 104, "kata yang panjang sekali")],
    ids=["as large", "as high", "a line above", "apart", "long"],
)
def test_other_text_stays_as_it_is(size: float, y: float, text: str) -> None:
    parts = [Glyphs("nilai x", 50, 100, 11, "serif"), Glyphs(text, 90, y, size, "serif")]
    assert with_scripts(parts) == parts
