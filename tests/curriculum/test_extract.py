from collections.abc import Callable
from pathlib import Path

import pytest

from nexus_appliance.curriculum.extract import extract
from nexus_appliance.errors import Failure, Invalid
from tests import pdfs


def test_pages_come_in_order_with_their_text(tmp_path: Path) -> None:
    book = extract(pdfs.text_pdf(tmp_path / "a.pdf", ["Halaman pertama. " * 5, "Halaman kedua. " * 5]))
    assert [page.number for page in book.pages] == [1, 2]
    assert "Halaman pertama." in book.pages[0].text
    assert "Halaman kedua." in book.pages[1].text
    assert book.lost == 0


def test_lines_carry_their_type(tmp_path: Path) -> None:
    book = extract(pdfs.text_pdf(tmp_path / "a.pdf", [("Judul besar", pdfs.paragraph(4))]))
    heading, first, *_rest = book.pages[0].lines
    assert (heading.text, heading.size, heading.bold) == ("Judul besar", 16.0, True)
    assert (first.size, first.bold, first.mono) == (11.0, False, False)
    assert heading.y > first.y > 0


def test_progress_counts_pages(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    extract(pdfs.school_book(tmp_path / "a.pdf", 4), report=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_files_own_page_labels_count(tmp_path: Path) -> None:
    book = extract(pdfs.labelled(tmp_path / "a.pdf", front=3, pages=8))
    assert [page.printed for page in book.pages] == ["i", "ii", "iii", "1", "2", "3", "4", "5"]


def test_printed_numbers_are_found_at_the_foot(tmp_path: Path) -> None:
    book = extract(pdfs.school_book(tmp_path / "a.pdf", 8, first_number=-1))
    assert [page.printed for page in book.pages] == [None, None, "1", "2", "3", "4", "5", "6"]


def test_printed_numbers_within_a_header_line(tmp_path: Path) -> None:
    pages = [pdfs.paragraph(6, index) for index in range(5)]
    book = extract(pdfs.text_pdf(tmp_path / "a.pdf", pages, header="Fisika kelas XI   {n} / 214", first_number=40))
    assert [page.printed for page in book.pages] == ["40", "41", "42", "43", "44"]


def test_an_empty_user_password_opens(tmp_path: Path) -> None:
    assert len(extract(pdfs.encrypted(tmp_path / "a.pdf", password="")).pages) == 2


def test_one_bad_page_does_not_lose_the_book(tmp_path: Path) -> None:
    book = extract(pdfs.one_bad_page(tmp_path / "a.pdf", bad=1, pages=4))
    assert len(book.pages) == 4
    assert book.lost == 1
    assert book.pages[1].text == ""
    assert all(len(book.pages[index].text) > 100 for index in (0, 2, 3))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (pdfs.empty, Failure.PDF_EMPTY_FILE),
        (pdfs.not_a_pdf, Failure.PDF_NOT_A_PDF),
        (pdfs.encrypted, Failure.PDF_ENCRYPTED),
        (pdfs.truncated, Failure.PDF_DAMAGED),
        (pdfs.without_pages, Failure.PDF_NO_PAGES),
        (pdfs.scan, Failure.PDF_NO_TEXT),
        (pdfs.many_pages, Failure.PDF_TOO_MANY_PAGES),
        (pdfs.circular_tree, Failure.PDF_DAMAGED),
        (pdfs.deep_nesting, Failure.PDF_DAMAGED),
        (pdfs.endless_count, Failure.PDF_NO_TEXT),
        (pdfs.self_drawing_form, Failure.PDF_NO_TEXT),
        (pdfs.self_referring_length, Failure.PDF_DAMAGED),
        (pdfs.operator_flood, Failure.PDF_DAMAGED),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_each_bad_file_has_its_reason(tmp_path: Path, make: Callable[[Path], Path], code: Failure) -> None:
    with pytest.raises(Invalid) as caught:
        extract(make(tmp_path / "a.pdf"))
    assert caught.value.code == code


def test_the_page_limit_is_the_callers(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        extract(pdfs.school_book(tmp_path / "a.pdf", 6), page_limit=5)
    assert caught.value.code == Failure.PDF_TOO_MANY_PAGES
    assert caught.value.values == {"pages": 6, "limit": 5}


def test_any_cut_of_a_book_is_a_clear_failure_or_a_book(tmp_path: Path) -> None:
    raw = pdfs.school_book(tmp_path / "a.pdf").read_bytes()
    for end in range(0, len(raw), max(1, len(raw) // 40)):
        path = tmp_path / "cut.pdf"
        path.write_bytes(raw[:end])
        try:
            extract(path)
        except Invalid as failure:
            assert failure.code.value.startswith("pdf_")


def test_words_of_a_font_without_a_space_stay_apart(tmp_path: Path) -> None:
    """TeX sets words apart by moving the pen; pypdf alone takes the width of code 32, here a wide "="."""
    words = b"[<0048> -250 <0049> -250 <0048>] TJ"
    contents = pdfs.stream(b"BT /F1 10 Tf 72 700 Td " + b" 0 -12 Td ".join([words] * 30) + b" ET")
    path = pdfs.cid_font_page(tmp_path / "a.pdf", contents)
    assert extract(path).pages[0].lines[0].text == "A B A"
