"""How well and how fast scanned pages are read, and whether the quality that is told agrees with the truth.

    python -m benchmarks.ocr --data DIR

Reads the 20 scanned pages of the developers' set, whose words are known: as the product does, in other ways on every
fourth page, and spoiled (coarse, blurred, noisy, crooked) to relate Tesseract's confidence to the words recovered.
"""

import argparse
import json
import os
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

from benchmarks.results import write_results
from nexus_appliance.curriculum.pages import Scan
from nexus_appliance.knowledge.deskew import skew
from nexus_appliance.knowledge.page_reader import DPI, PIXELS, draw
from nexus_appliance.knowledge.scan_lines import POOR
from nexus_appliance.knowledge.tesseract import SEGMENTATION, Tesseract, find_tesseract
from nexus_appliance.knowledge.upright import recognise

SCAN = "scan_referensi_debian_20hal.pdf"
SAMPLE = range(1, 20, 4)
"""Pages (index) on which other ways are tried."""
GOOD_RECALL = 0.85
"""A page of which fewer words are recovered should be told to be read poorly."""

Spoil = Callable[[Image.Image], Image.Image]


def words(text: str) -> Counter[str]:
    """The words of a text, lower-cased, as a multiset: runs of letters and digits."""
    return Counter(re.findall(r"[^\W_]+", text.lower()))


def recall(truth: str, scan: Scan) -> tuple[int, int]:
    """(recovered, all) words of a page."""
    wanted = words(truth)
    return (wanted & words(" ".join(line.text for line in scan.lines))).total(), wanted.total()


class Book:
    """The scan with its truth; reads pages in any way."""

    def __init__(self, data: Path, tesseract: Tesseract) -> None:
        self._pdf = pypdfium2.PdfDocument(data / "corpus" / SCAN)
        self._truth = [page["text"] for page in json.loads((data / "corpus" / f"{SCAN}.json").read_text("utf-8"))]
        self._tesseract = tesseract

    def read(
        self,
        index: int,
        *,
        languages: tuple[str, ...] = (),
        dpi: int = DPI,
        segmentation: str = SEGMENTATION,
        deskew: bool = True,
        spoil: Spoil = lambda picture: picture,
    ) -> dict[str, Any]:
        """Words recovered, all words, quality and seconds of one page."""
        page = self._pdf[index]
        drawn = spoil(draw(page, PIXELS * 2, dpi))
        start = time.perf_counter()
        angle = skew(np.asarray(drawn.reduce(4))) if deskew else 0.0
        tesseract = replace(self._tesseract, languages=languages or self._tesseract.languages)
        scan = recognise(drawn, drawn.width / page.get_width(), angle, tesseract, segmentation)
        seconds = time.perf_counter() - start
        found, total = recall(self._truth[index], scan)
        return {"found": found, "words": total, "quality": scan.quality, "seconds": seconds, "angle": angle}

    def pages(self) -> range:
        """The index of each page."""
        return range(len(self._truth))


def told(pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of several pages together."""
    shares = [page["found"] / page["words"] for page in pages]
    seconds = [page["seconds"] for page in pages]
    return {
        "recovered": round(sum(page["found"] for page in pages) / sum(page["words"] for page in pages), 4),
        "worst_page": round(min(shares), 3),
        "seconds_a_page": round(statistics.median(seconds), 2),
    }


def coarse(dpi: int) -> Spoil:
    """Scanned at so many dots an inch."""

    def spoil(picture: Image.Image) -> Image.Image:
        size = picture.width * dpi // DPI, picture.height * dpi // DPI
        return picture.resize(size, Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)

    return spoil


def noisy(spread: float) -> Spoil:
    """With grain of this standard deviation, of 255."""

    def spoil(picture: Image.Image) -> Image.Image:
        grain = np.random.default_rng(7).normal(0, spread, (picture.height, picture.width))
        return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))

    return spoil


def turned(degrees: float) -> Spoil:
    """Lying askew."""
    return lambda picture: picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=250)


def blurred(radius: float) -> Spoil:
    """Out of focus, by so many pixels."""
    return lambda picture: picture.filter(ImageFilter.GaussianBlur(radius))


SPOILED: dict[str, Spoil] = {
    "3 degrees askew": turned(3),
    "4.5 degrees askew": turned(-4.5),
    "100 dpi": coarse(100),
    "75 dpi": coarse(75),
    "65 dpi": coarse(65),
    "55 dpi": coarse(55),
    "blurred by 3": blurred(3),
    "blurred by 3.5": blurred(3.5),
    "blurred by 4": blurred(4),
    "grain of 60": noisy(60),
    "grain of 100": noisy(100),
}
WAYS: dict[str, dict[str, Any]] = {
    "as the product does": {},
    "ind alone": {"languages": ("ind",)},
    "eng alone": {"languages": ("eng",)},
    "200 dpi": {"dpi": 200},
    "400 dpi": {"dpi": 400},
    "segmentation 4": {"segmentation": "4"},
    "segmentation 6": {"segmentation": "6"},
    "without deskewing": {"deskew": False},
    "without deskewing, 3 degrees askew": {"deskew": False, "spoil": turned(3)},
    "without deskewing, 4.5 degrees askew": {"deskew": False, "spoil": turned(-4.5)},
}


def agreement(pages: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """How the quality that is told goes with the words recovered; the counts for the threshold in force."""
    points = [(page["quality"], page["found"] / page["words"]) for page in pages]
    qualities, shares = zip(*points, strict=True)
    return {
        "pages": len(points),
        "correlation": round(statistics.correlation(qualities, shares), 3),
        "threshold": POOR,
        "told_poor_and_poor": sum(quality < POOR and share < GOOD_RECALL for quality, share in points),
        "told_poor_but_good": sum(quality < POOR and share >= GOOD_RECALL for quality, share in points),
        "told_good_but_poor": sum(quality >= POOR and share < GOOD_RECALL for quality, share in points),
        "told_good_and_good": sum(quality >= POOR and share >= GOOD_RECALL for quality, share in points),
        "by_quality": [[quality, round(share, 3)] for quality, share in sorted(points)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="the folder of the developers' set")
    data, tesseract, load = parser.parse_args().data, find_tesseract(), os.getloadavg()[0]
    if data is None or tesseract is None:
        print("benchmarks.ocr: not run (give --data DIR; Tesseract must be installed)")
        return
    book = Book(data, tesseract)
    whole = [book.read(index) for index in book.pages()]
    print(told(whole))
    ways = {name: told([book.read(index, **way) for index in SAMPLE]) for name, way in WAYS.items()}
    spoiled = {name: [book.read(index, spoil=spoil) for index in SAMPLE] for name, spoil in SPOILED.items()}
    figures = {
        "book": SCAN,
        "tesseract": tesseract.version,
        "languages": list(tesseract.languages),
        "all_pages": told(whole),
        "by_page": [round(page["found"] / page["words"], 3) for page in whole],
        "on_every_fourth_page": ways,
        "spoiled": {name: told(pages) for name, pages in spoiled.items()},
        "quality": agreement([*whole, *(page for pages in spoiled.values() for page in pages)]),
    }
    write_results("ocr", figures, load)


if __name__ == "__main__":
    main()
