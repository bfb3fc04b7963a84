"""Text of a page that no reader sees: white on paper, transparent, tiny, drawn as invisible, or beside the page.

It is taken out while pypdf reads, before it becomes text: what cannot be read on the page must not be answered from.
The invisible text over the picture of a page is the text recognition of a scan, and stays. Not found out is text
below a shape that was painted later, and text in the colour of the shape that it stands on.
"""

from contextlib import suppress
from math import hypot
from typing import Any

from pypdf import PageObject
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, TextStringObject

from nexus_appliance.curriculum.graphics import GROUNDS, Graphics, resolved
from nexus_appliance.curriculum.places import Box, Matrix, box_of, moved, times

TINY = 3.0
"""Points: smaller type cannot be read; footnotes have 6, their marks 4."""
FAINT = 0.05
"""Text less opaque than this is not seen."""
INVISIBLE = 3
"""The text rendering mode that draws nothing (PDF 1.7, 9.3.6)."""
FILLED = (0, 4)
"""Those that fill letters and draw no outline."""
SCAN = 0.5
"""Share of the page that the picture of a scan covers."""

EVERYWHERE = Box(-1e6, -1e6, 1e6, 1e6)

_SHOWN = {b"Tj": 0, b"'": 0, b'"': 2, b"TJ": 0}
"""Operators that show text, with the place of the text among their operands."""


class Visibility:
    """pypdf's operand visitors for one page: empties the operands of text that is not seen.

    `keep_layer`: take invisible text for seen, as is right where `is_scan` was true in an earlier reading.
    """

    def __init__(self, page: PageObject, *, keep_layer: bool = False) -> None:
        self._graphics = Graphics(resolved(page.get("/Resources")))
        self._page = _box(page)
        self._keep_layer = keep_layer
        self._layer = self._seen = 0

    @property
    def is_scan(self) -> bool:
        """Whether most of the text is invisible and a picture covers the page: the text of a scan."""
        return self._graphics.pictured >= SCAN * self._page.area and self._layer > self._seen

    def before(self, operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        """Take one operator; malformed ones are left to pypdf."""
        with suppress(TypeError, ValueError, IndexError, AttributeError):
            if operator in _SHOWN:
                self._show(operands, _SHOWN[operator], times(tm, cm))
            else:
                self._graphics.before(operator, operands, cm)

    def after(self, operator: bytes, _operands: list[Any], _cm: list[float], _tm: list[float]) -> None:
        """Take one operator that has been carried out."""
        self._graphics.after(operator)

    def _show(self, operands: list[Any], place: int, matrix: Matrix) -> None:
        shown = operands[place]
        parts = [part for part in shown if isinstance(part, (str, bytes))] if isinstance(shown, list) else [shown]
        count = sum(map(len, parts))
        if self._graphics.state.mode == INVISIBLE:
            self._layer += count
            visible = self._keep_layer
        else:
            visible = self._is_seen(self._graphics.on_page(matrix), count)
            self._seen += count if visible else 0
        if not visible:
            operands[place] = ArrayObject() if isinstance(shown, list) else TextStringObject("")

    def _is_seen(self, matrix: Matrix, count: int) -> bool:
        state = self._graphics.state
        height = abs(state.size) * hypot(matrix[2], matrix[3])
        if height < TINY and self._graphics.resource("/Font", state.font).get("/Subtype") != "/Type3":
            return False
        stretch = box_of([moved(0, 0, matrix), moved(max(1, count) * state.size, state.size, matrix)])
        if state.opacity < FAINT or not stretch.meets(self._page):
            return False
        return not state.white or state.mode not in FILLED or self._on_a_ground(stretch)

    def _on_a_ground(self, stretch: Box) -> bool:
        """Whether white text stands on something that was painted before; on a crowded page it may."""
        grounds = self._graphics.grounds
        return len(grounds) >= GROUNDS or any(ground.meets(stretch) for ground in grounds)


def _box(page: PageObject) -> Box:
    """What is shown of a page; everything when the file does not say it properly."""
    with suppress(TypeError, ValueError, IndexError, AttributeError, PyPdfError):
        crop = page.cropbox
        box = Box(float(crop.left), float(crop.bottom), float(crop.right), float(crop.top))
        if box.left < box.right and box.bottom < box.top:
            return box
    return EVERYWHERE
