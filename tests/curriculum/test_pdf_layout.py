from pathlib import Path

import pytest
from pypdf import PdfReader

from nexus_appliance.curriculum.pdf_layout import laid_out, same_pages, to_publish
from nexus_appliance.curriculum.pdf_pieces import pieces_of
from tests import pdfs
from tests.corrections import WORDS, corrected


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return pdfs.school_book(tmp_path / "book.pdf", 12)


def text_of(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def test_the_pages_stay_what_they_are(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    out.write_bytes(laid_out(book))
    assert text_of(out) == text_of(book)
    assert same_pages(out.read_bytes(), book.read_bytes())
    reader = PdfReader(out, strict=True)
    assert reader.page_labels == PdfReader(book).page_labels
    assert [entry["/Title"] for entry in reader.outline if isinstance(entry, dict)] == [
        entry["/Title"] for entry in PdfReader(book).outline if isinstance(entry, dict)
    ]


def test_it_does_not_matter_how_an_edition_was_saved(book: Path, tmp_path: Path) -> None:
    appended = laid_out(corrected(book, tmp_path / "appended.pdf", 5))
    anew = laid_out(corrected(book, tmp_path / "anew.pdf", 5, anew=True))
    assert appended == anew
    assert appended != laid_out(book)


def test_laying_out_twice_changes_nothing(book: Path, tmp_path: Path) -> None:
    (tmp_path / "once.pdf").write_bytes(laid_out(book))
    assert laid_out(tmp_path / "once.pdf") == (tmp_path / "once.pdf").read_bytes()


def test_a_correction_changes_few_pieces(tmp_path: Path) -> None:
    book = pdfs.text_pdf(tmp_path / "long.pdf", [(f"Bab {n}", pdfs.paragraph(40, 50 * n)) for n in range(60)])
    old = list(pieces_of(laid_out(book)))
    new = list(pieces_of(laid_out(corrected(book, tmp_path / "new.pdf", 30, anew=True))))
    assert len(old) > 15
    assert len(set(new) - set(old)) <= len(old) / 4


def test_other_pages_are_told(book: Path, tmp_path: Path) -> None:
    changed = corrected(book, tmp_path / "changed.pdf", 5)
    assert WORDS[1] in text_of(changed)[4].replace("\n", " ")
    assert not same_pages(book.read_bytes(), changed.read_bytes())
    shorter = pdfs.school_book(tmp_path / "shorter.pdf", 10)
    assert not same_pages(book.read_bytes(), shorter.read_bytes())


def test_what_cannot_be_laid_out_stays_as_it_is(tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rubbish = tmp_path / "rubbish.pdf"
    rubbish.write_bytes(b"%PDF-1.7\nrubbish")
    assert to_publish(rubbish) == rubbish.read_bytes()
    assert to_publish(book) == laid_out(book)
    monkeypatch.setattr("nexus_appliance.curriculum.pdf_layout.laid_out", lambda path: pdfs_of_other_pages(tmp_path))
    assert to_publish(book) == book.read_bytes()


def pdfs_of_other_pages(folder: Path) -> bytes:
    return pdfs.school_book(folder / "other.pdf", 13).read_bytes()
