import pytest

from nexus_appliance.curriculum.hyphens import Hyphens


@pytest.mark.parametrize(
    ("line", "after", "joined"),
    [
        ("seekor kupu-", "kupu terbang", "seekor kupu-kupu terbang"),
        ("mereka berlari-", "lari kecil", "mereka berlari-lari kecil"),
        ("aneka sayur-", "sayuran segar", "aneka sayur-sayuran segar"),
        ("nilai variabel-", "variabelnya", "nilai variabel-variabelnya"),
        ("di Asia-", "Afrika", "di Asia-Afrika"),
    ],
)
def test_the_words_own_hyphen_stays(line: str, after: str, joined: str) -> None:
    assert Hyphens([line, after]).join(line, after) == joined


def test_the_printers_hyphen_goes() -> None:
    lines = ["cara menye-", "lesaikan masalah", "dan menyelesaikan soal"]
    assert Hyphens(lines).join(lines[0], lines[1]) == "cara menyelesaikan masalah"


def test_the_book_tells_which_words_have_a_hyphen() -> None:
    lines = ["pilihan non-", "aktif itu", "mode non-aktif dipilih"]
    assert Hyphens(lines).join(lines[0], lines[1]) == "pilihan non-aktif itu"


def test_a_book_that_never_breaks_words_keeps_unknown_hyphens() -> None:
    lines = ["bunga-", "bunga mekar", "anak-", "anak pulang", "sistem pra-", "bayar"]
    assert Hyphens(lines).join("sistem pra-", "bayar") == "sistem pra-bayar"


def test_a_line_without_a_hyphen_is_not_joined_here() -> None:
    assert Hyphens([]).join("baris pertama", "baris kedua") is None
    assert Hyphens([]).join("antara 3 -", "dan 4") is None
