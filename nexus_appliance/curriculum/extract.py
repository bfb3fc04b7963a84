"""A PDF to its pages, with pypdf. The file is hostile until proven otherwise: run this in a child process.

Pages without a usable text layer are shown to a reader of pictures, if the caller has one.
"""

import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.generic import Destination

from nexus_appliance.curriculum.glyphs import LineCollector, repair_spaces
from nexus_appliance.curriculum.labels import printed_labels
from nexus_appliance.curriculum.pages import Extract, Line, OutlineEntry, Page, letters
from nexus_appliance.curriculum.scans import Reader, read_pictures
from nexus_appliance.curriculum.visibility import Visibility
from nexus_appliance.errors import Failure, Invalid

PAGE_LIMIT = 3000
"""Pages of the longest book that is accepted; bounds a hostile page tree."""
LETTERS_PER_PAGE = 10
"""Fewer letters than this on the average page is a scan with stray marks, not a text."""
HEADER_WINDOW = 1024
"""Bytes in which readers look for the %PDF- header (PDF 1.7, implementation note 13)."""
PAGE_CHARACTERS = 100_000
"""Characters kept of one page; a printed page holds 5,000."""
PAGE_OPERATORS = 150_000
"""Drawing operators of one page; a page of text has 1,000, a map 50,000."""

Report = Callable[[int, int], None]
"""Called with (pages done, pages in all)."""


def extract(
    path: Path,
    *,
    report: Report | None = None,
    page_limit: int = PAGE_LIMIT,
    reader: Reader | None = None,
    report_scans: Report | None = None,
) -> Extract:
    """Read every page in turn; a page that cannot be read is empty and counted. Raises `Invalid` (pdf_*)."""
    raw = path.read_bytes()
    if not raw.strip(b"\0 \r\n\t"):
        raise Invalid(Failure.PDF_EMPTY_FILE)
    if b"%PDF-" not in raw[:HEADER_WINDOW]:
        raise Invalid(Failure.PDF_NOT_A_PDF)
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    pdf = _open(raw)
    total = _page_count(pdf, page_limit)
    read = list(_read_pages(pdf, total, report or (lambda _done, _total: None)))
    if all(lines is None for lines in read):
        raise Invalid(Failure.PDF_DAMAGED)
    pictures = read_pictures(read, reader, report_scans or (lambda _done, _total: None))
    sheets = pictures.sheets
    if sum(letters(lines) for lines in sheets) < LETTERS_PER_PAGE * min(total, 20):
        raise Invalid(Failure.PDF_NO_TEXT, pages=total)
    labels = printed_labels(sheets, _stored_labels(pdf, total))
    pages = tuple(Page(index + 1, labels[index], lines) for index, lines in enumerate(sheets))
    lost = sum(lines is None for lines in read)
    return Extract(pages, _outline(pdf), lost, pictures.scans, pictures.unread)


def _open(raw: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(raw))
        locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises TypeError, AssertionError, RecursionError... on hostile files
        raise Invalid(Failure.PDF_ENCRYPTED if b"/Encrypt" in raw else Failure.PDF_DAMAGED) from error
    if locked:
        raise Invalid(Failure.PDF_ENCRYPTED)
    return reader


def _page_count(reader: PdfReader, limit: int) -> int:
    try:
        total = len(reader.pages)
    except MemoryError:
        raise
    except Exception as error:  # see _open
        raise Invalid(Failure.PDF_DAMAGED) from error
    if total == 0:
        raise Invalid(Failure.PDF_NO_PAGES)
    if total > limit:
        raise Invalid(Failure.PDF_TOO_MANY_PAGES, pages=total, limit=limit)
    return total


def _read_pages(reader: PdfReader, total: int, report: Report) -> Iterator[tuple[Line, ...] | None]:
    repaired: set[int] = set()
    for index in range(total):
        yield _read_page(reader, index, repaired)
        report(index + 1, total)


def _read_page(reader: PdfReader, index: int, repaired: set[int]) -> tuple[Line, ...] | None:
    try:
        page = reader.pages[index]
        repair_spaces(page, repaired)
        visibility = Visibility(page)
        lines = _lines(page, visibility)
        return _lines(page, Visibility(page, keep_layer=True)) if visibility.is_scan else lines
    except MemoryError:
        raise
    except Exception:  # one bad page must not lose the book; see _open for what pypdf raises
        return None


def _lines(page: PageObject, visibility: Visibility) -> tuple[Line, ...]:
    collector = LineCollector(PAGE_CHARACTERS, PAGE_OPERATORS)

    def before(operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        collector.count()
        visibility.before(operator, operands, cm, tm)

    page.extract_text(visitor_operand_before=before, visitor_operand_after=visibility.after, visitor_text=collector)
    return collector.lines()


def _stored_labels(reader: PdfReader, total: int) -> list[str] | None:
    """The labels of the file's own numbering, None without one."""
    try:
        if "/PageLabels" not in reader.root_object:
            return None
        labels = [str(label) for label in reader.page_labels]
    except MemoryError:
        raise
    except Exception:  # a broken number tree costs only the labels
        return None
    return labels if len(labels) == total else None


def _outline(reader: PdfReader) -> tuple[OutlineEntry, ...]:
    try:
        return tuple(_entries(reader, reader.outline, 0))
    except MemoryError:
        raise
    except Exception:  # a broken outline costs only the bookmarks
        return ()


def _entries(reader: PdfReader, nodes: list[Any], depth: int) -> Iterator[OutlineEntry]:
    for node in nodes:
        if isinstance(node, list):
            yield from _entries(reader, node, depth + 1)
        elif isinstance(node, Destination):
            number = reader.get_destination_page_number(node)
            if number is not None and node.title:
                yield OutlineEntry(str(node.title), depth, number + 1)
