"""Text that no reader sees is no text of the book; text that is seen stays, however odd."""

from pathlib import Path

import pytest

from nexus_appliance.curriculum.extract import extract
from tests import pdfs
from tests.poison.attacks import ATTACKS
from tests.poison.books import HIDDEN, SEEN, TOPICS, Poisoned

ORDER = ATTACKS[0]
TEXT = b"BT /F1 11 Tf 60 %d Td (Kalimat yang panjang untuk dibaca.) Tj ET "


def words(path: Path, contents: bytes, *more: bytes) -> str:
    """The text of a page with three honest lines and these contents."""
    honest = b"".join(TEXT % (800 - 20 * line) for line in range(3))
    return extract(pdfs.one_page(path, pdfs.stream(honest + contents), *more)).pages[0].text


@pytest.mark.parametrize("carrier", HIDDEN)
def test_hidden_text_is_left_out_and_all_else_is_there(tmp_path: Path, carrier: str) -> None:
    book = extract(Poisoned(ORDER, carrier, TOPICS[0]).write(tmp_path / "a.pdf"))
    text = " ".join(book.pages[1].text.split())
    assert "PELIKAN" not in text
    assert text == f"{TOPICS[0].heading} {' '.join(TOPICS[0].sentences)}"


@pytest.mark.parametrize("carrier", SEEN)
def test_text_in_sight_is_text_whatever_it_says(tmp_path: Path, carrier: str) -> None:
    book = extract(Poisoned(ORDER, carrier, TOPICS[0]).write(tmp_path / "a.pdf"))
    assert "PELIKAN" in book.pages[1].text


@pytest.mark.parametrize(
    "drawn",
    [
        b"q 0.1 0.3 0.6 rg 50 590 400 30 re f Q 1 g BT /F1 11 Tf 60 600 Td (Judul putih) Tj ET",
        b"q /Sh sh Q 1 g BT /F1 11 Tf 60 600 Td (Judul putih) Tj ET",
        b"q 1 g Q BT /F1 11 Tf 60 600 Td (Judul putih) Tj ET",
        b"1 g 0 g BT /F1 11 Tf 60 600 Td (Judul putih) Tj ET",
        b"BT 1 Tr 1 g /F1 11 Tf 60 600 Td (Judul putih) Tj ET",
        b"BT /F1 1 Tf 11 0 0 11 60 600 Tm (Judul putih) Tj ET",
        b"q 11 0 0 11 60 600 cm BT /F1 1 Tf (Judul putih) Tj ET Q",
        b"BT /F1 11 Tf 0 11 -1 0 60 600 Tm (Judul putih) Tj ET",
        b"BT /F1 11 Tf 60 600 Td [(Judul) -300 (putih)] TJ ET",
        b"1 1 rg /nonsense gs (x) scn BT /F1 11 Tf 60 600 Td (Judul putih) Tj ET",
    ],
    ids=["box", "shading", "after-Q", "black-again", "outline", "by-Tm", "by-cm", "upright", "TJ", "malformed"],
)
def test_what_can_be_seen_stays(tmp_path: Path, drawn: bytes) -> None:
    assert "Judul putih" in words(tmp_path / "a.pdf", drawn)


def test_text_recognition_over_the_picture_of_a_page_stays(tmp_path: Path) -> None:
    image = pdfs.stream(
        b"\x80", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    )
    hidden = b"".join(TEXT % (800 - 20 * line) for line in range(9)).replace(b"BT", b"BT 3 Tr")
    drawn = hidden + b" q 595 0 0 842 0 0 cm /Im1 Do Q"
    resources = pdfs.FONT[:-2] + b"/XObject<</Im1 5 0 R>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources " + resources + b"/Contents 4 0 R>>"
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    path = pdfs.raw_pdf(tmp_path / "a.pdf", [pdfs.CATALOGUE, tree, page, pdfs.stream(drawn), image])
    assert extract(path).pages[0].text.count("Kalimat") == 9


def test_a_form_is_seen_through_its_matrix(tmp_path: Path) -> None:
    """Type of one point that a form makes twelve times as large is read; that of twelve points made tiny is not."""
    found = []
    for scale in (12, 0.1):
        size = 12 / scale if scale > 1 else 12
        inner = b"BT /F1 %.1f Tf 5 5 Td (Kalimat di dalam bentuk ini.) Tj ET" % size
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 999 999]/Matrix[%.1f 0 0 %.1f 0 0]/Resources " % (scale, scale)
        form = pdfs.stream(inner, entries + pdfs.FONT)
        resources = pdfs.FONT[:-2] + b"/XObject<</X 5 0 R>>>>"
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources " + resources + b"/Contents 4 0 R>>"
        tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
        drawn = pdfs.stream(TEXT % 700 + b"/X Do " + TEXT % 650)
        path = pdfs.raw_pdf(tmp_path / "a.pdf", [pdfs.CATALOGUE, tree, page, drawn, form])
        text = extract(path).pages[0].text
        assert text.count("panjang") == 2
        found.append("di dalam" in text)
    assert found == [True, False]
