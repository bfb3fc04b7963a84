from pathlib import Path

from nexus_appliance.curriculum.extract import extract
from nexus_appliance.curriculum.pages import Extract, Line, OutlineEntry, Page, Run
from nexus_appliance.curriculum.sections import Section, sections
from nexus_appliance.curriculum.typography import indented
from tests import pdfs

BODY = "Teks biasa yang cukup panjang untuk mengisi satu baris penuh di halaman buku ini"


def lines(*texts: str | Line, top: float = 760, size: float = 11.0, gap: float = 14.0) -> tuple[Line, ...]:
    placed = []
    y = top
    for text in texts:
        line = text if isinstance(text, Line) else Line(text, 0, size)
        y -= gap * (2 if line.size > size else 1)
        placed.append(Line(line.text, y, line.size, line.bold, line.mono))
    return tuple(placed)


def heading(text: str, size: float = 16.0) -> Line:
    return Line(text, 0, size, bold=True)


def code(text: str) -> Line:
    return Line(text, 0, 10.0, mono=True)


def cut(*pages: tuple[Line, ...], outline: tuple[OutlineEntry, ...] = ()) -> list[Section]:
    made = tuple(Page(index, str(index), page) for index, page in enumerate(pages, 1))
    return sections(Extract(made, outline, 0))


def long(word: str) -> list[str]:
    return [f"{word} {BODY} {index}" for index in range(6)]


def test_larger_type_makes_sections_with_paths() -> None:
    found = cut(
        lines(heading("Bab 1 Algoritma", 20), *long("Satu"), heading("Pengertian"), *long("Dua")),
        lines(heading("Bab 2 Jaringan", 20), *long("Tiga")),
    )
    assert [section.path for section in found] == [
        ("Bab 1 Algoritma",),
        ("Bab 1 Algoritma", "Pengertian"),
        ("Bab 2 Jaringan",),
    ]
    assert found[1].text.startswith("Pengertian\n\nDua Teks")
    assert [(mark.start, mark.page) for mark in found[2].marks] == [(0, 1)]


def test_the_books_title_is_not_in_every_path() -> None:
    found = cut(
        lines(heading("Informatika untuk Semua", 30)),
        lines(heading("Sandi", 18), *long("Satu"), heading("Data", 18), *long("Dua")),
    )
    assert [section.path for section in found] == [("Sandi",), ("Data",)]


def test_a_bullet_before_a_heading_is_no_part_of_its_name() -> None:
    (found,) = cut(lines(heading("◉ Fungsi main()"), *long("Satu")))
    assert found.path == ("Fungsi main()",)


def test_the_outline_tells_depth() -> None:
    outline = (OutlineEntry("Algoritma", 0, 1), OutlineEntry("Ciri-ciri", 1, 1))
    found = cut(lines(heading("1 Algoritma"), *long("Satu"), heading("1.1 Ciri-ciri"), *long("Dua")), outline=outline)
    assert [section.path for section in found] == [("1 Algoritma",), ("1 Algoritma", "1.1 Ciri-ciri")]


def test_numbered_titles_count_where_type_tells_nothing() -> None:
    found = cut(lines("2.1 Topologi jaringan", *long("Satu"), "2.2 Alamat jaringan", *long("Dua")))
    assert [section.path for section in found] == [("2.1 Topologi jaringan",), ("2.2 Alamat jaringan",)]


def test_a_numbered_series_of_one_word() -> None:
    parts = [item for number in range(1, 5) for item in (f"Latihan {number}", *long("Soal"))]
    assert [section.path for section in cut(lines(*parts))] == [(f"Latihan {number}",) for number in range(1, 5)]


def test_wrapped_lines_become_one_paragraph_and_gaps_make_two() -> None:
    page = (*lines(*long("Satu"), top=760), *lines(*long("Dua"), top=600))
    text = cut(page)[0].text
    assert text.count("\n\n") == 1
    assert "ini 0 Satu Teks" in text


def test_lists_keep_their_lines_and_get_their_markers_back() -> None:
    page = lines(*long("Satu"), "buka berkas", "simpan berkas")
    markers = tuple(Line(text, line.y + 0.5, 11.0) for text, line in zip(("1.", "2."), page[-2:], strict=True))
    assert cut((*page, *markers))[0].text.endswith("\n1. buka berkas\n2. simpan berkas")


def test_code_keeps_lines_and_indentation() -> None:
    page = lines(*long("Satu"), code("for x in range(3):"), code("    print(x)"), *long("Dua"))
    assert "\n\nfor x in range(3):\n    print(x)\n\n" in cut(page)[0].text


def test_a_book_all_in_one_fixed_pitch_still_has_paragraphs() -> None:
    prose = [Line(text, 0, 10.0, mono=True) for text in long("Satu")]
    page = lines(*prose, code("func main() {"), code("    fmt.Println(1)"), code("}"), size=10.0)
    text = cut(page, page)[0].text
    assert "ini 0 Satu Teks" in text
    assert "func main() {\n    fmt.Println(1)\n}" in text


def test_a_sentence_goes_on_over_the_page() -> None:
    found = cut(lines(*long("Satu"), "kalimat ini belum"), lines("selesai di sini.", *long("Dua")))
    assert "kalimat ini belum selesai di sini." in found[0].text
    assert [mark.page for mark in found[0].marks] == [0, 1]
    assert found[0].text[found[0].marks[1].start :].startswith("selesai")


def test_kupu_kupu_over_the_end_of_a_line() -> None:
    assert "kupu-kupu itu" in cut(lines(*long("Satu"), BODY + " seekor kupu-", "kupu itu terbang."))[0].text


def test_a_table_of_contents_is_left_out() -> None:
    names = [f"Pokok {word}" for word in ("satu", "dua", "tiga", "empat", "lima", "enam")]
    pages = [lines(heading(name), *long(name)) for name in names]
    found = cut(lines(heading("Daftar Isi"), *names), *pages)
    assert [section.path[-1] for section in found] == names


def test_tiny_sections_join_their_neighbours() -> None:
    page = lines(
        heading("Menu", 20), heading("Buka"), "Membuka berkas.", heading("Simpan"), "Menyimpan berkas.", *long("x")
    )
    found = cut(page)
    assert len(found) == 1
    assert "Buka\n\nMembuka berkas.\n\nSimpan\n\nMenyimpan berkas." in found[0].text


def test_a_whole_file_from_paper_to_sections(tmp_path: Path) -> None:
    found = sections(extract(pdfs.school_book(tmp_path / "a.pdf", 6)))
    assert [section.path[-1] for section in found] == [f"Bab {n} Pokok bahasan {n}" for n in (1, 2, 3)]
    assert all("Informatika untuk SMA" not in section.text for section in found)
    assert [mark.page for mark in found[1].marks] == [2, 3]


def test_the_outline_names_a_chapter_with_its_number_and_the_page_without() -> None:
    outline = (
        OutlineEntry("Bab 1: Algoritma", 0, 1),
        OutlineEntry("1.1 Ciri", 1, 1),
        OutlineEntry("Bab 2: Jaringan", 0, 2),
    )
    found = cut(
        lines("BAB 1", heading("Algoritma", 20), *long("Satu"), heading("1.1 Ciri"), *long("Dua")),
        lines("BAB 2", heading("Jaringan", 20), *long("Tiga")),
        outline=outline,
    )
    assert [section.path for section in found] == [("Algoritma",), ("Algoritma", "1.1 Ciri"), ("Jaringan",)]


def test_code_that_is_moved_to_the_right_gets_its_indent() -> None:
    def code(text: str, x: float, y: float) -> Line:
        return Line(text, y, 10, mono=True, runs=(Run(text, x, x + 6 * len(text), y),))

    moved = [code("if x:", 60, 90), code("y()", 84, 80), code("  z()", 60, 70), code("a()", 61, 60)]
    prose = Line("Itu saja.", 50, 10, runs=(Run("Itu saja.", 40, 90, 50),))
    texts = [line.text for line in indented([*moved, prose])]
    assert texts == ["if x:", "    y()", "  z()", "a()", "Itu saja."]
