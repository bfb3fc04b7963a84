"""A scanned book on its whole way: uploaded, read by Tesseract, listed with its quality, marked where it is cited."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.operations.uploads import Upload
from nexus_appliance.school.callers import OPERATOR
from tests.pdfs import paragraph, printed, scanned_book


@pytest.fixture
def school(config: Config) -> Iterator[Appliance]:
    school = Appliance.build(config)
    school.subjects.add(OPERATOR, 10, "Informatika")
    yield school
    asyncio.run(school.close())


def test_a_scanned_book_answers_and_its_poor_page_is_named(school: Appliance, tmp_path: Path) -> None:
    pages: list[Image.Image | str] = [
        printed(paragraph(5), angle=1.5),
        paragraph(9, 50),
        printed(paragraph(5, 90), blur=6),
    ]
    pdf = scanned_book(tmp_path / "pindaian.pdf", pages)
    job = school.uploads.submit(OPERATOR, Upload("informatika_10", pdf, pdf.name))
    assert school.ingesting.work_once()
    view = school.jobs.get(OPERATOR, job)
    assert (view.state, view.pages, view.scanned) == ("done", 3, 2)
    assert view.timings["ocr"] > 0
    (book,) = school.books.list(OPERATOR, "informatika_10")
    assert (book.pages, book.scanned, book.poor, book.unread) == (3, 2, (3,), ())
    assert list((school.config.home / "cache" / "scans").iterdir()) == [], "what was kept for a cut is not needed now"
    subject = school.subjects.get(OPERATOR, "informatika_10").id
    passage = school.library.search(subject, "Apa itu algoritma?").passages[0]
    assert passage.page == 1
    marks = school.pictures.find(OPERATOR, "informatika_10", passage.key, 1).rectangles
    assert marks
    assert all(0.05 < left < right < 0.95 and 0.07 < top < bottom < 0.4 for left, top, right, bottom in marks)
