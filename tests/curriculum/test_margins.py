from nexus_appliance.curriculum.margins import body_lines, mask
from nexus_appliance.curriculum.pages import Line, Page


def page(number: int, *texts: str, header: str = "", footer: str = "", size: float = 11.0) -> Page:
    lines = [Line(text, 700 - 14 * index, size) for index, text in enumerate(texts)]
    if header:
        lines.insert(0, Line(header, 800, 8.0))
    if footer:
        lines.append(Line(footer, 30, 8.0))
    return Page(number, None, tuple(lines))


def texts(pages: list[Page]) -> list[list[str]]:
    return [[line.text for line in lines] for lines in body_lines(pages)]


WORDS = ("apel", "buku", "cabai", "dadu", "emas", "fosil", "gula", "hujan", "ikan")


def body(number: int) -> tuple[str, ...]:
    return tuple(f"{word} isi halaman {WORDS[number - 1]}" for word in ("Pertama", "Lalu", "Kemudian", "Akhirnya"))


def test_running_headers_and_numbered_footers_go() -> None:
    pages = [page(n, *body(n), header="Informatika SMA", footer=f"Bab 2 | {n}") for n in range(1, 7)]
    assert texts(pages) == [list(body(n)) for n in range(1, 7)]


def test_the_title_of_a_very_short_chapter_goes_with_its_band() -> None:
    names = ["Jaringan"] * 4 + ["Sandi"] + ["Algoritma"] * 4
    pages = [page(n, *body(n), footer=name) for n, name in enumerate(names, 1)]
    assert all("Sandi" not in lines for lines in texts(pages))


def test_chapter_headings_at_the_top_are_text() -> None:
    pages = [
        Page(n, None, (Line(f"Bab {n} Pokok bahasan", 780, 16.0, True), *page(n, *body(n)).lines)) for n in range(1, 7)
    ]
    assert all(lines[0].startswith("Bab") for lines in texts(pages))


def test_body_lines_are_kept_although_they_begin_every_page_at_the_same_height() -> None:
    pages = [page(n, *body(n)) for n in range(1, 9)]
    assert texts(pages) == [list(body(n)) for n in range(1, 9)]


def test_contents_with_leaders_go() -> None:
    pages = [page(1, "Daftar Isi", "1.1 Algoritma ........ 4", "1.2 Jaringan . . . . . . . 9", "Penutup")]
    assert texts(pages) == [["Daftar Isi", "Penutup"]]


def test_masks_hide_numbers_only() -> None:
    assert mask("Bab IV  |  23") == mask("Bab V | 7")
    assert mask("Bab IV | 23") != mask("Unit IV | 23")


def test_contents_without_leaders_go_from_their_pages_only() -> None:
    contents = page(
        1, "Daftar Isi", "Kata Pengantar ii", "Bab 1: Gaya 1", "1.1 Tarikan 1", "1.2 Dorongan 4", "Bab 2: Usaha 9"
    )
    text = page(2, "Kelas ini berjumlah 32", "Suhu hari ini 31", "Panjang meja 120", "Lebar meja 60", "Tinggi meja 75")
    assert texts([contents, text]) == [["Daftar Isi"], [line.text for line in text.lines]]
