"""Build informatika_10.pdf, the demo textbook, from informatika_10.md.

    python assets/demo/build_book.py [output.pdf]

The same text gives the same bytes everywhere: the date is fixed, the streams are not compressed
(zlib builds differ), and only the PDF core fonts are used, so no font is embedded.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from fpdf import FPDF, FontFace
from fpdf.table import Table
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

SOURCE = Path(__file__).with_name("informatika_10.md")
TITLE = "Informatika Kelas 10: Pengantar"
AUTHOR = "OpenClass Nexus AI"
LICENCE = "Buku contoh, lisensi CC BY-SA 4.0"
CREATED = datetime(2025, 7, 14, tzinfo=UTC)
B5 = (176, 250)  # mm, the size of Indonesian school books
MARGIN, LINE = 20, 5.3  # mm; LINE is from one line of running text to the next
INK, TEAL, MIST, WHITE = (30, 34, 40), (13, 98, 112), (232, 242, 243), (255, 255, 255)
HEADINGS = ((24, 11, 0.0, 4), (14, 7, 4.0, 1), (11.5, 6, 1.5, 1))  # size in pt; line, space before and after in mm
COVER_NODES = [(40, 62), (68, 36), (90, 69), (121, 43), (140, 74)]  # mm
COVER_PATH = (0, 1, 2, 0, 2, 3, 1, 3, 4, 2)  # the order in which a pen joins them
EMPHASIS = {"strong": "**", "em": "__"}  # as fpdf2 writes it


# What draws something that is never split across pages, and whether it must stay with the piece after it.
Piece = tuple[Callable[[], None], bool]
# One line of the contents: title, level, PDF page from 1, printed page number.
Entry = tuple[str, int, int, str]


class Book:
    """The PDF under construction, with one method for each kind of block."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.pdf = FPDF(format=B5)
        self.pdf.core_fonts_encoding = "windows-1252"
        self.pdf.set_compression(False)
        self.pdf.set_creation_date(CREATED)
        self.pdf.set_title(TITLE)
        self.pdf.set_author(AUTHOR)
        self.pdf.set_lang("id-ID")
        self.pdf.set_margins(MARGIN, 25, MARGIN)
        self.pdf.set_auto_page_break(False, margin=19)
        self.pdf.c_margin = 0

    def pen(self, family: str, size: float, ink: tuple[int, int, int] = INK, style: Literal["", "B"] = "") -> None:
        """Choose the font (size in points) and colour of what is drawn next."""
        self.pdf.set_font(family, style, size)
        self.pdf.set_text_color(*ink)

    def lines(self, text: str, height: float, indent: float = 0, gap: float = 0) -> None:
        """Draw lines `height` mm apart, `indent` mm right of the margin, then leave `gap` mm."""
        self.pdf.set_x(MARGIN + indent)
        self.pdf.multi_cell(self.pdf.epw - indent, height, text, align="L", markdown=True, new_x="LMARGIN")
        self.pdf.ln(gap)

    def new_page(self, label_style: Literal["r", "D"] | None = None) -> None:
        """Finish the page and start the next with its running header; a label style restarts at 1."""
        self.page_number()
        self.pdf.add_page(label_style=label_style, label_start=1 if label_style else None)
        self.pen("helvetica", 8, TEAL)
        self.pdf.set_draw_color(*TEAL)
        self.pdf.set_y(13)
        self.pdf.cell(self.pdf.epw, 4, TITLE, align="R" if self.pdf.page % 2 else "L")
        self.pdf.line(MARGIN, 18.5, B5[0] - MARGIN, 18.5)
        self.pdf.set_y(self.pdf.t_margin)

    def page_number(self) -> None:
        """Print the page's number at its foot, except on the cover; last, so that text is in reading order."""
        if self.pdf.page > 1:
            self.pen("helvetica", 9, TEAL)
            self.pdf.set_y(-15)
            self.pdf.cell(self.pdf.epw, 5, self.pdf.get_page_label(), align="C")

    def cover(self) -> None:
        """Draw the title page, the only one without header and page number."""
        self.pdf.add_page(label_style="r", label_start=1)
        self.pdf.set_draw_color(*WHITE)
        self.pdf.set_fill_color(*TEAL)
        self.pdf.rect(0, 0, B5[0], 152, style="F")
        self.pdf.set_fill_color(*WHITE)
        self.pdf.polyline([COVER_NODES[i] for i in COVER_PATH])
        for x, y in COVER_NODES:
            self.pdf.circle(x, y, 3.5, style="F")
        for top, size, ink, text in ((96, 42, WHITE, TITLE.split()[0]), (116, 20, WHITE, TITLE.split(maxsplit=1)[1]),
                                     (166, 14, TEAL, AUTHOR), (175, 10, INK, LICENCE)):  # fmt: skip
            self.pdf.set_y(top)
            self.pen("helvetica", size, ink, "B" if size in (42, 14) else "")
            self.lines(text, size / 2)

    def contents(self, entries: list[Entry]) -> None:
        """Draw the Daftar Isi, on one page."""
        self.new_page()
        self.heading("Daftar Isi", 0)
        for title, level, page, label in entries:
            self.pdf.ln(0 if level else 2.2)
            self.pen("helvetica", 10, *((INK, "") if level else (TEAL, "B")))
            link = self.pdf.add_link(page=page)
            self.pdf.set_x(MARGIN + 5 * level)
            self.pdf.cell(110, 5, title, link=link)
            self.pdf.set_x(-MARGIN - 12)
            self.pdf.cell(12, 5, label, align="R", link=link, new_x="LMARGIN", new_y="NEXT")

    def heading(self, text: str, level: int) -> None:
        """Draw and list a heading: 0 opens a chapter, 1 a section, 2 a subsection, which is not in the contents."""
        size, height, before, after = HEADINGS[level]
        self.pdf.ln(before if self.pdf.y > self.pdf.t_margin else 0)
        self.pdf.start_section(text, level)
        if level < 2:
            self.entries.append((text, level, self.pdf.page, self.pdf.get_page_label()))
        self.pen("helvetica", size, TEAL, "B")
        self.lines(text if level else text.replace(": ", "\n"), height, gap=after)

    def text(self, text: str, gap: float, marker: str = "") -> None:
        """Draw a paragraph, or a list item if there is a marker."""
        self.pen("times", 11)
        if marker:
            self.pdf.set_x(MARGIN + 2)
            self.pdf.cell(5, LINE, marker)
        self.lines(text, LINE, indent=7 if marker else 0, gap=gap)

    def box(self, text: str, family: Literal["courier", "helvetica"]) -> None:
        """Draw a tinted box: code in Courier, asides in Helvetica."""
        self.pen(family, 9.5)
        self.pdf.set_fill_color(*MIST)
        self.pdf.multi_cell(self.pdf.epw, 4.8, text, fill=True, align="L", padding=(2, 4),
                            markdown=family != "courier", new_x="LMARGIN", new_y="NEXT")  # fmt: skip
        self.pdf.ln(3.2)

    def grid(self, rows: list[tuple[str, ...]]) -> None:
        """Draw a table; the longer the texts of a column, the wider it is."""
        self.pen("helvetica", 9)
        self.pdf.set_fill_color(*MIST)
        widths = [max(11, *map(len, column)) ** 0.6 for column in zip(*rows, strict=True)]
        head = FontFace(emphasis="BOLD", color=WHITE, fill_color=TEAL)
        table = Table(self.pdf, line_height=4.4, padding=(1.4, 2), text_align="LEFT", v_align="TOP",
                      borders_layout="HORIZONTAL_LINES", col_widths=widths, headings_style=head)  # fmt: skip
        for row in rows:
            table.row(row)
        table.render()
        self.pdf.ln(4)

    def place(self, pieces: list[Piece]) -> None:
        """Draw pieces that belong together on this page, or all of them on the next one."""
        known = len(self.entries)
        with self.pdf.offset_rendering() as trial:
            for draw, _ in pieces:
                draw()
        del self.entries[known:]
        if trial.page_break_triggered:
            self.new_page()
        for draw, _ in pieces:
            draw()


def inline(node: Node) -> str:
    """Return the text in a node, with emphasis as fpdf2 writes it."""
    if node.type == "softbreak":
        return " "
    mark = EMPHASIS.get(node.type, "")
    return mark + ("".join(map(inline, node.children)) or node.content) + mark


def list_pieces(book: Book, items: list[Node], numbered: bool) -> Iterator[Piece]:
    """Yield the items of a list, the last two tied together."""
    for number, item in enumerate(items, 1):
        left = len(items) - number
        marker = f"{number}." if numbered else "\u2022"
        yield partial(book.text, inline(item), 0.9 if left else 2.6, marker), left == 1


def pieces_of(book: Book, node: Node) -> Iterator[Piece]:
    """Yield what one block of the Markdown document becomes on paper."""
    if node.type in ("bullet_list", "ordered_list"):
        yield from list_pieces(book, node.children, node.type == "ordered_list")
    elif node.type == "table":
        rows = [row for part in node.children for row in part.children]
        yield partial(book.grid, [tuple(map(inline, row.children)) for row in rows]), False
    elif node.type == "fence":
        yield partial(book.box, node.content.rstrip(), "courier"), False
    elif node.type == "blockquote":
        yield partial(book.box, inline(node), "helvetica"), False
    elif node.type == "heading":
        yield partial(book.heading, inline(node), int(node.tag[1:]) - 1), True
    else:
        text, caption = inline(node), inline(node).startswith("**Tabel")
        yield partial(book.text, text, 0.8 if caption else 2.4), caption or text.endswith(":")


def chapters(text: str) -> list[list[Node]]:
    """Split the Markdown document into the blocks of each chapter, its heading first."""
    parts: list[list[Node]] = []
    parser = MarkdownIt("commonmark", {"typographer": True}).enable(["table", "smartquotes"])
    for node in Node(parser.parse(text)).children:
        if node.tag == "h1":
            parts.append([])
        parts[-1].append(node)
    return parts


def flow(book: Book, chapter: list[Node]) -> None:
    """Place the blocks of a chapter, one group of tied pieces after the other."""
    group: list[Piece] = []
    for piece in (piece for node in chapter for piece in pieces_of(book, node)):
        group.append(piece)
        if not piece[1]:
            book.place(group)
            group = []


def compose(text: str, entries: list[Entry]) -> Book:
    """Lay out the book: cover, preface and contents on pages i to iii, the chapters from page 1."""
    book = Book()
    preface, *body = chapters(text)
    book.cover()
    book.new_page()
    flow(book, preface)
    book.contents(entries)
    for number, chapter in enumerate(body):
        book.new_page(None if number else "D")
        flow(book, chapter)
    book.page_number()
    return book


def build(target: Path) -> None:
    """Write the book; composed twice, because the contents come before the pages they name."""
    text = SOURCE.read_text(encoding="utf-8")
    compose(text, compose(text, []).entries).pdf.output(str(target))


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE.with_suffix(".pdf"))
