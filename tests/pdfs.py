"""Small PDFs for tests: honest books, broken files, and files made to hurt the reader. All text is our own."""

import io
import textwrap
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle

SENTENCES = (
    "Algoritma adalah urutan langkah yang jelas untuk menyelesaikan suatu masalah.",
    "Setiap langkah harus dapat dikerjakan dan berakhir setelah waktu tertentu.",
    "Jaringan komputer menghubungkan banyak perangkat agar dapat bertukar pesan.",
    "Kata sandi yang kuat panjang dan tidak dipakai di tempat lain.",
    "Data yang penting disimpan sekali lagi di tempat yang berbeda.",
    "Seekor kupu-kupu hinggap di antara bunga-bunga di taman sekolah.",
)

Body = str | tuple[str, str]
"""The text of a page, or its heading and its text."""


def paragraph(sentences: int, start: int = 0) -> str:
    """A paragraph of so many sentences, different for each `start`."""
    return " ".join(
        f"{SENTENCES[(start + index) % len(SENTENCES)][:-1]} ({start + index})." for index in range(sentences)
    )


def text_pdf(
    path: Path,
    pages: Sequence[Body],
    *,
    header: str = "",
    footer: str = "",
    first_number: int = 1,
    password: str = "",
    owner_password: str = "",
) -> Path:
    """A book of these pages, one each. `{n}` in header and footer is the printed number, counted from `first_number`
    on the first page (zero and negative numbers are not printed)."""
    book = FPDF(format="A4")
    book.set_auto_page_break(False)
    book.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    if password or owner_password:
        book.set_encryption(owner_password=owner_password or "owner", user_password=password)
    for index, body in enumerate(pages):
        book.add_page()
        number = first_number + index
        _edge_line(book, header, number, 10)
        _edge_line(book, footer, number, 285)
        _body(book, body)
    book.output(str(path))
    return path


def _edge_line(book: FPDF, text: str, number: int, y: float) -> None:
    if text and (number > 0 or "{n}" not in text):
        book.set_font("Helvetica", size=8)
        book.text(20, y, text.format(n=number))


def _body(book: FPDF, body: Body) -> None:
    heading, text = ("", body) if isinstance(body, str) else body
    book.set_xy(20, 25)
    if heading:
        book.set_font("Helvetica", "B", 16)
        book.cell(0, 10, heading, new_x="LMARGIN", new_y="NEXT")
    book.set_font("Helvetica", size=11)
    for part in text.split("\n\n"):
        book.set_x(20)
        book.multi_cell(165, 5.5, part, align="L", new_x="LMARGIN", new_y="NEXT")
        book.ln(4)


def school_book(path: Path, pages: int = 6, **options: str | int) -> Path:
    """A book with a heading on every second page, a running header and a page number at the foot."""
    bodies: list[Body] = []
    for index in range(pages):
        text = paragraph(8, 8 * index)
        bodies.append((f"Bab {index // 2 + 1} Pokok bahasan {index // 2 + 1}", text) if index % 2 == 0 else text)
    return text_pdf(path, bodies, header="Informatika untuk SMA", footer="{n}", **options)  # type: ignore[arg-type]


def labelled(path: Path, front: int = 3, pages: int = 8) -> Path:
    """A book whose file numbers `front` pages in Roman, the rest from 1; nothing is printed at the edges."""
    text_pdf(path, [paragraph(5, index) for index in range(pages)])
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.set_page_label(0, front - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(front, pages - 1, style=PageLabelStyle.DECIMAL, start=1)
    writer.write(str(path))
    return path


def scan(path: Path, pages: int = 3) -> Path:
    """Pictures of pages, no text layer."""
    book = FPDF()
    for index in range(pages):
        picture = Image.new("L", (600, 800), 255)
        ImageDraw.Draw(picture).text((50, 100), f"Halaman hasil pindai {index + 1}", fill=0)
        book.add_page()
        book.image(picture, 0, 0, 210)
    book.output(str(path))
    return path


def printed(text: str, angle: float = 0.0, blur: int = 1) -> Image.Image:
    """A page of A4 at 150 dpi with this text, as it lies `angle` degrees (clockwise) askew on the glass of a scanner.

    With `blur` the page is scanned so many times more coarsely.
    """
    page = Image.new("L", (1240, 1754), 250)
    font = ImageFont.load_default(26)
    ImageDraw.Draw(page).multiline_text((120, 150), textwrap.fill(text, 75), fill=10, font=font, spacing=16)
    turned = page.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=250)
    coarse = turned.resize((turned.width // blur, turned.height // blur), Image.Resampling.BOX)
    return coarse.resize(page.size, Image.Resampling.BICUBIC)


def scanned_book(path: Path, pages: Sequence[Image.Image | str]) -> Path:
    """A book of pictures of pages; a string is a page with a text layer."""
    book = FPDF(format="A4")
    book.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    for page in pages:
        wide = not isinstance(page, str) and page.width > page.height
        book.add_page(orientation="landscape" if wide else "portrait")
        if isinstance(page, str):
            _body(book, page)
        else:
            book.image(page, 0, 0, book.w, book.h)
    book.output(str(path))
    return path


def photographs(path: Path, pages: int = 2) -> Path:
    """A book of pictures without a word on them."""
    hills = Image.radial_gradient("L").resize((1240, 1754))
    return scanned_book(path, [hills] * pages)


def encrypted(path: Path, password: str = "rahasia") -> Path:
    """A book that opens only with a password; with an empty one it opens for everybody."""
    return text_pdf(path, [paragraph(10)] * 2, password=password, owner_password="pemilik")


def truncated(path: Path, share: float = 0.4) -> Path:
    """A book of which only the first part arrived."""
    school_book(path)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    return path


def empty(path: Path) -> Path:
    """A file of no bytes."""
    path.write_bytes(b"")
    return path


def not_a_pdf(path: Path) -> Path:
    """A picture that calls itself PDF."""
    picture = io.BytesIO()
    Image.new("L", (10, 10)).save(picture, "PNG")
    path.write_bytes(picture.getvalue())
    return path


def without_pages(path: Path) -> Path:
    """A whole PDF with an empty page tree."""
    return raw_pdf(path, [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"])


def one_bad_page(path: Path, bad: int = 1, pages: int = 4) -> Path:
    """A book of which the page of index `bad` has contents that cannot be read."""
    text_pdf(path, [paragraph(8, index) for index in range(pages)])
    before, *streams = path.read_bytes().split(b"/FlateDecode")
    named = [b"/NoSuchCodec" if index == bad else b"/FlateDecode" for index in range(len(streams))]
    path.write_bytes(before + b"".join(name + rest for name, rest in zip(named, streams, strict=True)))
    return path


def raw_pdf(path: Path, objects: Sequence[bytes]) -> Path:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    xref = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref))
    path.write_bytes(out.getvalue())
    return path


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
FONT = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object, deflated."""
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(packed), entries, packed)


def one_page(path: Path, contents: bytes, *more: bytes) -> Path:
    """A PDF of one page with these contents (object 4) and further objects from 5 on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources " + FONT + b"/Contents 4 0 R>>"
    return raw_pdf(path, [CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, contents, *more])


def cid_font_page(path: Path, contents: bytes) -> Path:
    """A page in a subset font as TeX makes them: no space, and code 32 is a wide glyph; H is A, I is B."""
    to_unicode = stream(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
        b"3 beginbfchar <0020> <003D> <0048> <0041> <0049> <0042> endbfchar endcmap end end"
    )
    descendant = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+Serif/W[32[564]72[700 700]]/FontDescriptor 8 0 R>>"
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Serif/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>"
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"
    descriptor = b"<</Type/FontDescriptor/FontName/ABCDEF+Serif/Flags 4>>"
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return raw_pdf(path, [CATALOGUE, tree, page, contents, font, descendant, to_unicode, descriptor])


def circular_tree(path: Path) -> Path:
    """A page tree that contains itself."""
    return raw_pdf(
        path, [CATALOGUE, b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>", b"<</Type/Pages/Kids[2 0 R]/Count 9>>"]
    )


def endless_count(path: Path) -> Path:
    """A page tree that claims a thousand million pages."""
    return raw_pdf(path, [CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1000000000>>", b"<</Type/Page/Parent 2 0 R>>"])


def many_pages(path: Path, pages: int = 5000) -> Path:
    """One page object named thousands of times."""
    kids = b" ".join([b"3 0 R"] * pages)
    return raw_pdf(
        path, [CATALOGUE, b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages), b"<</Type/Page/Parent 2 0 R>>"]
    )


def deep_nesting(path: Path, depth: int = 200_000) -> Path:
    """Arrays in arrays in arrays, in the catalogue."""
    nested = b"[" * depth + b"]" * depth
    return raw_pdf(path, [b"<</Type/Catalog/Pages 2 0 R/X " + nested + b">>", b"<</Type/Pages/Kids[]/Count 0>>"])


def decompression_bomb(path: Path, megabytes: int = 600) -> Path:
    """Page contents that unpack to hundreds of megabytes."""
    packer = zlib.compressobj(9)
    block = b" " * 2**20
    packed = b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])
    return one_page(path, b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed))


def operator_flood(path: Path, operators: int = 150_000) -> Path:
    """Page contents of very many drawing operators."""
    return one_page(path, stream(b"BT /F1 9 Tf " + b"(a) Tj 1 0 Td " * operators + b"ET"))


def endless_word(path: Path, megabytes: int = 70) -> Path:
    """Page contents of a single word of many megabytes, below every limit of the reader but memory."""
    return one_page(path, stream(b"BT /F1 9 Tf (" + b"a" * (megabytes * 2**20) + b") Tj ET"))


def self_drawing_form(path: Path) -> Path:
    """A form that draws itself, twice."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>"
    form = stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")
    return raw_pdf(path, [CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(b"/X Do"), form])


def self_referring_length(path: Path) -> Path:
    """A stream whose length is the stream itself."""
    return one_page(path, b"<</Length 4 0 R>>stream\nBT (a) Tj ET\nendstream")


HOSTILE = (
    circular_tree,
    endless_count,
    many_pages,
    deep_nesting,
    decompression_bomb,
    operator_flood,
    endless_word,
    self_drawing_form,
    self_referring_length,
)
"""Makers of files that try to exhaust the reader; each takes the path to write."""
