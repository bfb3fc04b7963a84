from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.curriculum.labels import detect, printed_labels, roman, to_roman
from nexus_appliance.curriculum.pages import Line


def book(*feet: str) -> list[list[Line]]:
    return [[Line("Teks halaman ini"), Line("dan seterusnya"), Line("sampai habis."), Line(foot)] for foot in feet]


@given(st.integers(1, 399))
def test_roman_numbers_there_and_back(value: int) -> None:
    assert roman(to_roman(value)) == value
    assert roman(to_roman(value).upper()) == value


def test_words_are_no_roman_numbers() -> None:
    assert roman("iiii") is None
    assert roman("") is None
    assert roman("civil") is None


def test_front_matter_then_arabic() -> None:
    assert detect(book("i", "ii", "iii", "1", "2", "3", "4")) == ["i", "ii", "iii", "1", "2", "3", "4"]


def test_a_page_without_its_number_is_filled_in_between() -> None:
    assert detect(book("7", "8", "Bab baru", "10", "11")) == ["7", "8", "9", "10", "11"]


def test_unnumbered_pages_at_the_ends_stay_unknown() -> None:
    assert detect(book("Sampul", "Hak cipta", "1", "2", "3", "Penutup")) == [None, None, "1", "2", "3", None]


def test_numbers_that_do_not_rise_with_the_pages_are_no_page_numbers() -> None:
    assert detect(book("2024", "2024", "2024", "2024")) == [None] * 4
    assert detect(book("3", "17", "5", "80")) == [None] * 4


def test_a_number_within_a_line() -> None:
    assert detect(book("Bab 1 | 12", "Bab 1 | 13", "Bab 1 | 14", "Bab 1 | 15")) == ["12", "13", "14", "15"]


def test_a_file_that_merely_counts_gives_way_to_the_print() -> None:
    assert printed_labels(book("5", "6", "7"), ["1", "2", "3"]) == ["5", "6", "7"]
    assert printed_labels(book("a", "b", "c"), ["1", "2", "3"]) == ["1", "2", "3"]
    assert printed_labels(book("5", "6", "7"), ["i", "ii", "1"]) == ["i", "ii", "1"]


def test_a_cover_that_is_called_like_the_first_page_has_no_number() -> None:
    book_of_six = book("Sampul", "i", "ii", "1", "2", "3")
    assert printed_labels(book_of_six, ["1", "i", "ii", "1", "2", "3"]) == [None, "i", "ii", "1", "2", "3"]
    assert printed_labels(book("a", "b", "c"), ["1", "1", "2"]) == ["1", "1", "2"]
