"""PDFs of shapes on which readers have stumbled, made by our own code; the slow test has other people's files."""

from pathlib import Path

from tests.pdfs import CATALOGUE, FONT, one_page, raw_pdf, school_book, self_drawing_form, stream, truncated


def junk_before_the_header(path: Path) -> Path:
    """A whole book after half a page of a mail's head."""
    school_book(path, 2)
    path.write_bytes(b"Content-Type: application/pdf\r\n\r\n" * 12 + path.read_bytes())
    return path


def without_a_cross_reference(path: Path) -> Path:
    """A whole book whose end, with table and trailer address, is wrong."""
    school_book(path, 2)
    path.write_bytes(path.read_bytes().replace(b"startxref", b"startxxxx"))
    return path


def previous_is_itself(path: Path) -> Path:
    """A trailer that names its own table as the one before."""
    school_book(path, 2)
    raw = path.read_bytes()
    address = raw.rsplit(b"startxref", 1)[1].split()[0]
    path.write_bytes(raw.replace(b"trailer\n<<", b"trailer\n<<\n/Prev " + address, 1))
    return path


def inline_picture_without_end(path: Path) -> Path:
    """Contents that break off in an inline picture."""
    return one_page(path, stream(b"BT /F1 9 Tf (a) Tj ET BI /W 9999999 /H 9999999 /BPC 8 /CS /RGB ID \x00\x01"))


def negative_count(path: Path) -> Path:
    """A page tree of minus three pages, and a page that is its own parent."""
    tree = b"<</Type/Pages/Kids[3 0 R]/Count -3/Parent 2 0 R>>"
    return raw_pdf(path, [CATALOGUE, tree, b"<</Type/Page/Parent 3 0 R/Resources " + FONT + b">>"])


def font_of_nothing(path: Path) -> Path:
    """A font whose widths, encoding and character map are of the wrong kinds."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont 5/Encoding[1 2]/DescendantFonts 4 0 R/ToUnicode 5/Widths(x)>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"
    text = stream(b"BT /F1 -1e99 Tf 1e99 0 0 0 0 0 Tm <0041> Tj [(a) (b) /c null] TJ ' \" ET Q Q Q")
    return raw_pdf(path, [CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, text, font])


READABLE = (junk_before_the_header, previous_is_itself)
UNREADABLE = (
    without_a_cross_reference,
    inline_picture_without_end,
    negative_count,
    font_of_nothing,
    self_drawing_form,
    truncated,
)
