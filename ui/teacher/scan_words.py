"""What a teacher should know of the scanned pages of a book, and what to do about it."""

from collections.abc import Sequence

from nexus_appliance.school.books import BookView
from ui.i18n import _, ngettext

SHOWN = 12
"""Pages or stretches of pages that are listed; a book with more has to be scanned again as a whole."""


def scan_sentences(book: BookView) -> list[str]:
    """Sentences for a book with scanned pages, none for others; pages are those of the PDF."""
    return [*_read(book), *_unread(book)]


def _read(book: BookView) -> list[str]:
    if not book.scanned:
        return []
    scanned = ngettext("{count} page from a scan", "{count} pages from scans", book.scanned)
    if not book.poor:
        return [scanned + "; " + _("all read well.")]
    poor = ngettext(
        "{count} read poorly: PDF page {pages}",
        "{count} read poorly: PDF pages {pages}",
        len(book.poor),
        pages=_listed(book.poor),
    )
    what = _("Scan these pages again at 300 dpi, straight and sharp; then remove this book and upload the new file.")
    return [scanned + "; " + poor, what]


def _unread(book: BookView) -> list[str]:
    if not book.unread:
        return []
    left_out = ngettext(
        "{count} scanned page was left out, because this server cannot read scans: PDF page {pages}",
        "{count} scanned pages were left out, because this server cannot read scans: PDF pages {pages}",
        len(book.unread),
        pages=_listed(book.unread),
    )
    what = _("Ask the technician to install Tesseract with Indonesian; then remove this book and upload it again.")
    return [left_out, what]


def _listed(pages: Sequence[int]) -> str:
    """Page numbers in order, neighbours as "30-59"; an ellipsis after the first `SHOWN`."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    shown = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join([*shown[:SHOWN], *(["..."] if len(shown) > SHOWN else [])])
