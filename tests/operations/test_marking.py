"""Where a passage is marked on a page that was read from its picture."""

from dataclasses import replace

from nexus_appliance.curriculum.pages import Scan, ScannedLine, Word
from nexus_appliance.operations.marking import find_on_scan
from tests.curriculum.scans import scan_of

PAGE = scan_of(
    "Gaya gesek melawan gerak benda.",
    "Permukaan yang kasar memberi gaya",
    "yang lebih besar kepada benda.",
    "Energi kinetik dimiliki benda bergerak.",
)


def test_only_the_lines_of_the_passage_are_marked() -> None:
    marks = list(find_on_scan(PAGE, "Permukaan yang kasar memberi gaya yang lebih besar kepada benda."))
    assert marks == [(0.05, 0.074, 0.258, 0.086), (0.05, 0.098, 0.258, 0.11)]
    assert list(find_on_scan(PAGE, "Air mendidih pada seratus derajat.")) == []


def test_a_crooked_line_is_marked_in_steps_that_do_not_touch_the_next_line() -> None:
    def lowered(line: ScannedLine) -> ScannedLine:
        words = (
            Word(word.text, (left, top + (left - 500) // 10, right, bottom + (left - 500) // 10))
            for word in line.words
            for left, top, right, bottom in [word.box]
        )
        return replace(line, words=tuple(words))

    page = Scan(tuple(lowered(line) for line in PAGE.lines), 0.9)
    marks = list(find_on_scan(page, "Gaya gesek melawan gerak benda."))
    assert len(marks) > 1
    assert all(bottom - top <= 1.6 * 0.012 for _left, top, _right, bottom in marks)
    assert [mark[0] for mark in marks] == sorted(mark[0] for mark in marks)
    assert (marks[0][0], marks[-1][2]) == (0.05, 0.258)


def test_a_page_without_lines_has_no_marks() -> None:
    assert list(find_on_scan(Scan((), 0.0), "Gaya gesek melawan gerak benda.")) == []
