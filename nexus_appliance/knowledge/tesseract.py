"""Tesseract, the program that reads print on pictures: where it is, which languages it has, what it reads.

Chosen on 20 scanned pages (benchmarks/results/ocr.json): `ind+eng` reads more of a book about computers than `ind`, and
page segmentation 3 more than 4 and 6.
"""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGES = ("ind", "eng")
"""What school books are written in, the first first."""
SEGMENTATION = "3"
"""Tesseract finds the columns itself, without looking for pictures that stand on their head."""
LEAST_DPI = 70
"""It takes less for a mistake."""
PAGE_SECONDS = 120
"""What one page may take: an ordinary one takes 3 s on two cores, 10 s on busy ones."""
CPU_SECONDS = 60
"""Of the processor, where it can be limited: heavy grain makes Tesseract see letters everywhere."""
ASK_SECONDS = 20.0
BUNDLED = Path(sys.prefix) / "tesseract"
"""The bundle's own: its program, its languages in tessdata, and its libraries beside those of Python."""
OUTPUT_LIMIT = 8 * 1024 * 1024
"""Bytes of one page's words; a full page has 50,000."""
DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


@dataclass(frozen=True, slots=True)
class Tesseract:
    """An installed Tesseract; `languages` are those of `LANGUAGES` that it has."""

    path: str
    version: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One word on a picture: its line, its box in pixels from the upper left corner, its confidence from 0 to 1."""

    text: str
    line: tuple[int, int, int]
    left: int
    top: int
    right: int
    bottom: int
    confidence: float


def find_tesseract() -> Tesseract | None:
    """The bundled or the installed Tesseract, None without one. Asks the program itself, which takes some 30 ms."""
    path = _bundled_path() or shutil.which("tesseract") or _windows_path()
    if path is None:
        return None
    version = re.search(r"tesseract v?([\w.-]+)", _ask(path, "--version"))
    known = set(_ask(path, "--list-langs").split())
    return Tesseract(path, version[1] if version else "", tuple(name for name in LANGUAGES if name in known))


def _bundled_path() -> str | None:
    """Where the bundle has it."""
    place = BUNDLED / ("tesseract.exe" if sys.platform == "win32" else "tesseract")
    return str(place) if place.is_file() else None


def _windows_path() -> str | None:
    """Where its installer puts it; it does not touch PATH."""
    place = Path(os.environ.get("ProgramFiles", ""), "Tesseract-OCR", "tesseract.exe")  # noqa: SIM112 - Windows' name
    return str(place) if sys.platform == "win32" and place.is_file() else None


def _ask(path: str, question: str) -> str:
    try:
        done = subprocess.run(
            [path, question], capture_output=True, timeout=ASK_SECONDS, check=False, env=_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def to_png(picture: "Image") -> bytes:
    """A picture as `read_picture` takes it."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def read_picture(tesseract: Tesseract, png: bytes, dpi: float, segmentation: str = SEGMENTATION) -> list[Seen] | None:
    """The words on a picture in reading order; None when the program fails or takes too long."""
    command = [tesseract.path, "-", "-", "-l", "+".join(tesseract.languages), "--psm", segmentation]
    try:
        done = subprocess.run(
            [*command, "--dpi", str(max(LEAST_DPI, round(dpi))), "tsv"],
            input=png,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PAGE_SECONDS,
            check=False,
            env=_environment(),
            preexec_fn=_bound(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode or len(done.stdout) > OUTPUT_LIMIT:
        return None
    return list(_words(done.stdout.decode("utf-8", "replace")))


def _environment() -> dict[str, str]:
    """One thread: several make Tesseract hardly faster, and the students' questions need the other cores."""
    variables = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    if _bundled_path():
        variables |= {"TESSDATA_PREFIX": str(BUNDLED / "tessdata"), "LD_LIBRARY_PATH": sys.prefix}
    return variables


def _bound() -> Callable[[], None] | None:
    """What the new process does before it becomes Tesseract: on Linux it dies with us, on POSIX its CPU time ends."""
    if sys.platform == "win32":
        return None
    import ctypes
    import resource
    import signal

    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def bound() -> None:
        if prctl is not None:
            prctl(DIE_WITH_PARENT, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))

    return bound


def _words(table: str) -> Iterator[Seen]:
    """The words of Tesseract's TSV: level, page, block, paragraph, line, word, left, top, width, height, conf, text."""
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        block, paragraph, line, _word, left, top, width, height = map(int, cells[2:10])
        confidence = min(max(float(cells[10]) / 100, 0.0), 1.0)
        yield Seen(cells[11].strip(), (block, paragraph, line), left, top, left + width, top + height, confidence)
