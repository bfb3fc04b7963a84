"""Pages on the scanner's glass the wrong way round: the quarter turn in which their print can be read.

Of a page on its head Tesseract reads words that make no sense, or none; one that lies on its right side it reads well,
but its lines are then columns.
"""

import time
from typing import TYPE_CHECKING

import numpy as np

from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.knowledge.deskew import skew
from nexus_appliance.knowledge.scan_lines import BROKEN, Sheet, scan_of
from nexus_appliance.knowledge.tesseract import SEGMENTATION, Tesseract, read_picture, to_png

if TYPE_CHECKING:
    from PIL.Image import Image

TURNS = (0, 2, 1, 3)
"""Quarter turns counter-clockwise, the likeliest first: a sheet is fed head first more often than sideways."""
SENSE = 0.65
"""Quality of a page that lies right, however coarse: ordinary ones on their heads or sides have .49 to .52."""
LETTERS, TELLING = 4, 5
"""A word of fewer letters may be taller than it is wide; of a page that was turned so many words must tell."""
TURNING_SECONDS = 30.0
"""A page that has taken so long is not turned any more: `ingest` gives one some three minutes."""


class Upright:
    """Reads the pages of one book; a turn that was right is tried first for the next page."""

    def __init__(self) -> None:
        self._turn = TURNS[0]

    def read(self, drawn: "Image", glance: "Image", scale: float, tesseract: Tesseract) -> Scan:
        """A page as it was drawn, of `scale` pixels a point; `glance` is the same, smaller.

        What makes no sense in any turn (a coarse page, a photograph) takes four times as long.
        """
        began = time.monotonic()
        seen: list[tuple[bool, Scan]] = []
        for turn in dict.fromkeys((self._turn, *TURNS)):
            scan = recognise(drawn, scale, skew(np.asarray(turned(glance, turn))), tesseract, turn=turn)
            level = lies_level(scan, drawn, turn, least=TELLING if seen else 0)
            if scan.lines and level and scan.quality >= SENSE:
                self._turn = turn
                return scan
            seen.append((level, scan))
            if scan is BROKEN or time.monotonic() - began > TURNING_SECONDS:
                break
        _, first = seen[0]
        read = [one for one in seen if one[1].lines]
        return max(read, key=lambda one: (one[0], one[1].quality))[1] if first.lines else first


def lies_level(scan: Scan, drawn: "Image", turn: int, least: int) -> bool:
    """Whether words lie along the rows of the page in this turn, by at least so many words of `LETTERS` letters."""
    sides = [
        ((word.box[2] - word.box[0]) * drawn.width, (word.box[3] - word.box[1]) * drawn.height)
        for line in scan.lines
        for word in line.words
        if len(word.text) >= LETTERS
    ]
    level = sum((across > down) is (turn % 2 == 0) for across, down in sides)
    return len(sides) >= least and 2 * level >= len(sides)


def recognise(
    drawn: "Image", scale: float, angle: float, tesseract: Tesseract, segmentation: str = SEGMENTATION, turn: int = 0
) -> Scan:
    """Read a drawn page of `scale` pixels a point after `turn` quarter turns and `angle` degrees counter-clockwise."""
    from PIL import Image

    upright = turned(drawn, turn)
    sheet = Sheet(upright.width, upright.height, scale, angle, turn)
    if angle:
        upright = upright.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    seen = read_picture(tesseract, to_png(upright), 72 * scale, segmentation)
    return BROKEN if seen is None else scan_of(seen, sheet)


def turned(picture: "Image", turn: int) -> "Image":
    """The picture after some quarter turns counter-clockwise."""
    from PIL import Image

    way = Image.Transpose
    return picture.transpose((way.ROTATE_90, way.ROTATE_180, way.ROTATE_270)[turn - 1]) if turn else picture
