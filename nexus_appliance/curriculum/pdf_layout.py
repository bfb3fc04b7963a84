"""A PDF laid out anew, so that editions of it differ where they show something else, whatever program saved them.

Programs number the objects of a file as they like, and pack them in ways of their own; one page more changes them all.
Here the objects of each page stand together, in the order in which the page names them, with numbers to spare between
pages. The content of streams (text of pages, fonts, pictures) stays byte for byte what it was.
"""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

BLOCK = 64
"""Numbers are dealt out to pages in blocks of this size."""
SPARE = 16
"""Numbers that are left free behind a page at least: a correction needs a few."""
SCALE = 0.5
"""Of the pictures that are compared: 36 dpi, 10 ms a page."""
DEPTH = 200
"""Of objects within objects; deeper is nothing that a program would write."""


def to_publish(pdf: Path) -> bytes:
    """The file laid out anew if every page then looks the same; else as it is."""
    original = pdf.read_bytes()
    try:
        made = laid_out(pdf)
        return made if same_pages(original, made) else original
    except Exception:  # pypdf and PDFium raise whatever they like for odd files, and the original is always right
        return original


def same_pages(one: bytes, two: bytes) -> bool:
    """Whether PDFium draws the same pages of both, small."""
    from pypdfium2 import PdfDocument

    with PdfDocument(one) as first, PdfDocument(two) as second:
        if len(first) != len(second):
            return False
        return all(_drawn(first[index]) == _drawn(second[index]) for index in range(len(first)))


def _drawn(page: Any) -> tuple[tuple[float, float], bytes]:
    """A page's size in points, and its picture."""
    try:
        return page.get_size(), bytes(page.render(scale=SCALE).to_numpy().tobytes())
    finally:
        page.close()


def laid_out(pdf: Path) -> bytes:
    """The file with the same pages, laid out anew.

    Raises whatever pypdf raises for a file that it cannot read, and ValueError for what is too deep.
    """
    writer = PdfWriter(clone_from=pdf)
    numbers = _numbers(writer)
    body = io.BytesIO()
    body.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, int] = {}
    for old, new in numbers.items():
        found = writer._objects[old - 1]
        if found is not None:
            places[new] = body.tell()
            body.write(b"%d 0 obj\n" % new)
            _renumbered(found, numbers, writer).write_to_stream(body)
            body.write(b"\nendobj\n")
    _write_table(body, places, numbers[writer.root_object.indirect_reference.idnum])  # type: ignore[union-attr]
    return body.getvalue()


def _numbers(writer: PdfWriter) -> dict[int, int]:
    """A new number for each object by its old one, in the order of the file."""
    numbers: dict[int, int] = {}
    pages = [page.indirect_reference.idnum for page in writer.pages if page.indirect_reference is not None]
    following = 1
    for page in pages:
        for old in _reached(writer, page, set(pages)):
            if old not in numbers:
                numbers[old] = following
                following += 1
        following = -(-(following + SPARE) // BLOCK) * BLOCK
    root = writer.root_object.indirect_reference
    for old in _reached(writer, root.idnum if root is not None else 0, set()):
        if old not in numbers:
            numbers[old] = following
            following += 1
    return numbers


def _reached(writer: PdfWriter, start: int, stops: set[int]) -> Iterator[int]:
    """The numbers of an object and of those that it names, each once, depth first; from `stops` nothing goes on."""
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        number = waiting.pop()
        if number in seen or not 0 < number <= len(writer._objects):
            continue
        seen.add(number)
        if number == start or number not in stops:
            yield number
            found = writer._objects[number - 1]
            if found is not None:
                waiting.extend(reversed(list(_named(found, 0))))


def _named(found: PdfObject, depth: int) -> Iterator[int]:
    """The numbers that an object names; not its parent's: that would lead to all other pages."""
    if depth > DEPTH:
        raise ValueError("too deep")
    if isinstance(found, IndirectObject):
        yield found.idnum
    elif isinstance(found, DictionaryObject):
        for name in sorted(found):
            if name != "/Parent":
                yield from _named(found.raw_get(name), depth + 1)
    elif isinstance(found, ArrayObject):
        for item in found:
            yield from _named(item, depth + 1)


def _renumbered(found: PdfObject, numbers: dict[int, int], writer: PdfWriter) -> PdfObject:
    """The object with the new numbers, the keys of its dictionaries in alphabetical order."""
    if isinstance(found, IndirectObject):
        return IndirectObject(numbers.get(found.idnum, 0), 0, writer)
    if isinstance(found, ArrayObject):
        return ArrayObject(_renumbered(item, numbers, writer) for item in found)
    if isinstance(found, DictionaryObject):
        entries = {NameObject(name): _renumbered(found.raw_get(name), numbers, writer) for name in sorted(found)}
        if isinstance(found, StreamObject):
            stream = StreamObject()
            stream.update(entries)
            stream._data = found._data
            return stream
        return DictionaryObject(entries)
    return found


def _write_table(body: io.BytesIO, places: dict[int, int], root: int) -> None:
    """The cross-reference table: only numbers that are used, a section for each run of them (PDF 1.7, 7.5.4)."""
    digest = hashlib.sha256(body.getvalue()).hexdigest()[:32]
    start = body.tell()
    body.write(b"xref\n0 1\n0000000000 65535 f \n")
    run: list[int] = []
    for number in [*sorted(places), 0]:
        if run and number != run[-1] + 1:
            body.write(b"%d %d\n" % (run[0], len(run)))
            body.write(b"".join(b"%010d 00000 n \n" % places[one] for one in run))
            run = []
        run.append(number)
    size = max(places) + 1
    trailer = f"trailer\n<< /Size {size} /Root {root} 0 R /ID [<{digest}><{digest}>] >>\nstartxref\n{start}\n%%EOF\n"
    body.write(trailer.encode())
