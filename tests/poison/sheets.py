"""PDFs drawn line by line, so that a line can be seen or hidden in every way a PDF knows; any Unicode text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.pdfs import CATALOGUE, raw_pdf, stream

LEADING = 1.3
"""Baseline distance in type sizes."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How a text is drawn: size in points, fill colour and text rendering mode of PDF 1.7 (9.3.6), place in points."""

    size: float = 11.0
    fill: str = "0 g"
    mode: int = 0
    x: float = 60.0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one ink, one under the other; `top` is where the first stands, None: below the block before."""

    lines: Sequence[str]
    ink: Ink = Ink()
    top: float | None = None


def sheets(path: Path, pages: Sequence[Sequence[Block]]) -> Path:
    """A PDF of these pages; the font maps each 16-bit code to the character of that number."""
    used = {character for page in pages for block in page for line in block.lines for character in line}
    first = 7
    kids = b" ".join(b"%d 0 R" % (first + 2 * index) for index in range(len(pages)))
    font = b"<</Type/Font/Subtype/Type0/BaseFont/Serif/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>"
    descendant = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Serif/DW 500/W[32[250]]/FontDescriptor 6 0 R>>"
    objects = [
        CATALOGUE,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        font,
        descendant,
        stream(_to_unicode(sorted(used)).encode("ascii")),
        b"<</Type/FontDescriptor/FontName/Serif/Flags 4>>",
    ]
    for index, page in enumerate(pages):
        contents = b"%d 0 R" % (first + 2 * index + 1)
        states = b"/ExtGState<</Gone<</ca 0 /CA 0>>>>"
        resources = b"/Resources<</Font<</F1 3 0 R>>" + states + b">>"
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]" + resources + b"/Contents " + contents + b">>"
        )
        objects.append(stream(_drawn(page).encode("ascii")))
    return raw_pdf(path, objects)


def _drawn(blocks: Sequence[Block]) -> str:
    y, parts = 780.0, []
    for block in blocks:
        ink, step = block.ink, block.ink.size * LEADING
        y = block.top if block.top is not None else y - step
        shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 {-step:.2f} Td" for line in block.lines)
        state = f"{ink.state} gs " if ink.state else ""
        parts.append(f"q {state}{ink.fill} BT {ink.mode} Tr /F1 {ink.size} Tf {ink.x} {y:.2f} Td {shown} ET Q")
        y -= step * len(block.lines)
    return "\n".join(parts)


def _to_unicode(characters: Sequence[str]) -> str:
    codes = [f"<{ord(character):04x}> <{ord(character):04x}>" for character in characters]
    blocks = [codes[start : start + 100] for start in range(0, len(codes), 100)]
    maps = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{maps}\nendcmap end end"
    )
