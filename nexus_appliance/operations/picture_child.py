"""The child that draws pages of PDFs: native code on a hostile file ends nothing but itself."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nexus_appliance.children import Pipe
from nexus_appliance.knowledge.ingest import limit_process
from nexus_appliance.operations.marking import Rectangle, letters, marked_lines

if TYPE_CHECKING:
    import pypdfium2

MEMORY = 1536
"""MB of address space; a page of A4 at the larger width takes 15."""
CPU = 3600
"""CPU seconds of one child's life: some 20,000 pages; then another one is started."""
TALLEST = 3
"""A page that is so many times as high as wide, or more, is drawn no larger: it bounds the picture."""
QUALITY = 80
"""Of WebP: text stays sharp, a page takes some 100 kB."""
FINE = 10_000
"""Steps into which width and height are divided for rectangles."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in the page's own units (points)."""


def serve_pictures(pipe: Pipe) -> None:
    """Answer draw(path, page, width) and find(path, page, text) until the pipe closes."""
    limit_process(MEMORY, CPU)
    import pypdfium2

    while True:
        received = pipe.receive()
        if received is None:
            continue
        request, _ = received
        try:
            with pypdfium2.PdfDocument(Path(request["path"])) as book:
                page = book[int(request["page"]) - 1]
                if request["kind"] == "draw":
                    pipe.send({"kind": "done"}, draw(page, int(request["width"])))
                else:
                    pipe.send({"kind": "done", "rectangles": list(find(page, request["text"]))})
        except (pypdfium2.PdfiumError, OSError, ValueError, IndexError, MemoryError) as error:
            pipe.send({"kind": "failed", "reason": str(error)[:200]})


def draw(page: "pypdfium2.PdfPage", width: int) -> bytes:
    """The page as WebP, `width` pixels wide."""
    across, down = page.get_size()
    scale = width / max(1.0, across, down / TALLEST)
    image = page.render(scale=scale).to_pil()
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=3)
    return buffer.getvalue()


def find(page: "pypdfium2.PdfPage", passage: str) -> Iterator[Rectangle]:
    """Where the lines of a passage stand on the page; nothing when its letters are not found there."""
    text = page.get_textpage()
    pieces = [text.get_rect(number) for number in range(text.count_rects())]
    rows = [_around(row) for row in rows_of(pieces)]
    lines = [letters(text.get_text_bounded(*row)) for row in rows]
    for number in sorted(marked_lines(lines, letters(passage))):
        yield _on_picture(page, rows[number])


def rows_of(pieces: Sequence[Box]) -> list[list[Box]]:
    """Pieces of text (a new font begins a new piece) as printed lines: those that follow each other to the right."""
    rows: list[list[Box]] = []
    for piece in pieces:
        before = rows[-1][-1] if rows else None
        if before is not None and piece[0] > before[0] and _level(before, piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows


def _level(one: Box, other: Box) -> bool:
    """Whether two boxes stand at the same height: they share half of the lower one's."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared > 0.5 * min(one[3] - one[1], other[3] - other[1])


def _around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _on_picture(page: "pypdfium2.PdfPage", box: Box) -> Rectangle:
    """A box of the page's own coordinates as shares of the picture; cropping and rotation are taken into account."""
    (left, top), (right, bottom) = (_device(page, x, y) for x, y in ((box[0], box[3]), (box[2], box[1])))
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _device(page: Any, x: float, y: float) -> tuple[float, float]:
    import ctypes

    import pypdfium2.raw as pdfium

    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, FINE, FINE, 0, x, y, across, down)
    return round(across.value / FINE, 4), round(down.value / FINE, 4)
