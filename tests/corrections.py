"""A corrected edition of a PDF: twenty words inserted on one page."""

from pathlib import Path

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

WORDS = (
    "Catatan perbaikan: sebelum program dijalankan pastikan seluruh berkas sudah disimpan",
    "dan nama paket utama ditulis benar oleh setiap siswa kelas",
)
"""Twenty words in two lines."""


def corrected(pdf: Path, out: Path, page: int, *, anew: bool = False) -> Path:
    """Write `pdf` with WORDS on a page (from 1): appended to the file, or `anew`, every object with another number."""
    writer = PdfWriter(clone_from=pdf) if anew else PdfWriter(pdf, incremental=True)
    target = writer.pages[page - 1]
    font = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica", "Encoding": "WinAnsiEncoding"}
    resources = target["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources.get("/Font", DictionaryObject()).get_object()
    fonts[NameObject("/FCorrection")] = DictionaryObject(
        {NameObject(f"/{name}"): NameObject(f"/{value}") for name, value in font.items()}
    )
    resources[NameObject("/Font")] = fonts
    stream = StreamObject()
    first, second = WORDS
    stream.set_data(f"q BT /FCorrection 9 Tf 72 60 Td ({first}) Tj 0 -11 Td ({second}) Tj ET Q".encode())
    added = writer._add_object(stream.flate_encode())
    contents = target["/Contents"].get_object()
    before = list(contents) if isinstance(contents, ArrayObject) else [target.raw_get("/Contents")]
    target[NameObject("/Contents")] = ArrayObject([*before, added])
    with out.open("wb") as file:
        writer.write(file)
    return out
