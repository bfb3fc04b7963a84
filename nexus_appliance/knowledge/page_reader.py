"""Reads pages of a PDF from their pictures: draws one, turns it upright, hands it to Tesseract.

Runs in the ingest child: pdfium is native code and the file is hostile. What was read is kept until the book is in, so
that after a power cut no page is read twice.
"""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.curriculum.scans import BLANK
from nexus_appliance.knowledge.deskew import ink
from nexus_appliance.knowledge.scan_cache import ScanCache
from nexus_appliance.knowledge.tesseract import Tesseract, find_tesseract
from nexus_appliance.knowledge.upright import Upright

if TYPE_CHECKING:
    import pypdfium2
    from PIL.Image import Image

DPI = 300
"""What Tesseract was trained for; 400 takes twice as long and reads no more."""
PIXELS = 12_000_000
"""Of the picture that is read: A4 has 8.7 million; a larger page is drawn more coarsely."""
GLANCE_PIXELS = 500_000
"""Of the picture that tells whether there is print at all, and how it lies."""
LEAST_INK = 0.0005
"""Share of the glance that is dark: ten words; a blank page with specks has less."""
MARGIN = 0.03
"""Share of the page at each edge that does not count: shadows of the scanner's lid."""
PICTURE_SHARE = 0.2
"""Pictures that cover less of the page are figures and stamps, not its text."""
OUTLINES = 300
"""So many drawn paths on a page without text may be letters turned into outlines."""


class PageReader:
    """Called with the index of a page, as `curriculum.scans.Reader`; keeps what it reads below the folder `kept`.

    Opens the PDF at the first page that is asked for. Without Tesseract every page that has something to read is None,
    and `missed` is set.
    """

    def __init__(self, path: Path, kept: Path) -> None:
        self._path = path
        self._kept = kept
        self._upright = Upright()
        self.missed = False

    def __call__(self, index: int) -> Scan | None:
        """What is printed on the page of an index, from 0; see `Reader`."""
        import pypdfium2

        known = self._cache.recall(index + 1)
        if known is not None:
            return known
        try:
            page = self._book[index]
            glance = draw(page, GLANCE_PIXELS) if _has_picture(page) else None
            if glance is None or not _has_print(glance):
                return BLANK
            if self._tesseract is None:
                self.missed = True
                return None
            drawn = draw(page, PIXELS)
        except pypdfium2.PdfiumError:
            return BLANK  # what cannot be drawn has nothing to read
        scan = self._upright.read(drawn, glance, drawn.width / page.get_width(), self._tesseract)
        self._cache.keep(index + 1, scan)
        return scan

    @cached_property
    def _tesseract(self) -> Tesseract | None:
        found = find_tesseract()
        return found if found is not None and found.languages else None

    @cached_property
    def _cache(self) -> ScanCache:
        with self._path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        method = (self._tesseract.version, *self._tesseract.languages) if self._tesseract is not None else ("none",)
        return ScanCache(self._kept, sha256, "-".join(method))

    @cached_property
    def _book(self) -> "pypdfium2.PdfDocument":
        import pypdfium2

        return pypdfium2.PdfDocument(self._path)


def draw(page: "pypdfium2.PdfPage", pixels: int, dpi: int = DPI) -> "Image":
    """The page in grey, at most at `dpi` and of so many pixels."""
    across, down = (max(1.0, length) for length in page.get_size())
    scale = min(dpi / 72, (pixels / (across * down)) ** 0.5, pixels / across, pixels / down)
    image: Image = page.render(scale=scale, grayscale=True).to_pil()
    return image.convert("L")


def _has_picture(page: "pypdfium2.PdfPage") -> bool:
    """Whether the text may stand on pictures, or in letters that were turned into outlines."""
    import pypdfium2.raw as pdfium

    across, down = page.get_size()
    covered, outlines = 0.0, 0
    for part in page.get_objects(max_depth=3):
        if part.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = part.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
        outlines += part.type == pdfium.FPDF_PAGEOBJ_PATH
    return covered >= PICTURE_SHARE * across * down or outlines >= OUTLINES


def _has_print(glance: "Image") -> bool:
    """Whether there is more ink than specks, the edges aside."""
    grey = np.asarray(glance)
    down, across = (round(MARGIN * length) for length in grey.shape)
    inner = grey[down : len(grey) - down, across : grey.shape[1] - across]
    return bool(inner.size) and float(ink(inner).mean()) >= LEAST_INK
