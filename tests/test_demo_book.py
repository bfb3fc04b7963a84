import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

DEMO = Path(__file__).parents[1] / "assets" / "demo"
BOOK = DEMO / "informatika_10.pdf"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (DEMO / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def pages() -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(BOOK).pages]


def test_a_fresh_build_is_the_committed_book(tmp_path: Path) -> None:
    runpy.run_path(str(DEMO / "build_book.py"))["build"](tmp_path / "book.pdf")
    assert (tmp_path / "book.pdf").read_bytes() == BOOK.read_bytes()


def test_front_matter_has_roman_labels_and_the_body_restarts_at_1() -> None:
    front, body = PdfReader(BOOK).page_labels[:3], PdfReader(BOOK).page_labels[3:]
    assert front == ["i", "ii", "iii"]
    assert body == [str(number) for number in range(1, len(body) + 1)]
    assert 12 <= len(body) <= 20


def test_every_page_but_the_cover_prints_its_label(pages: list[str]) -> None:
    labels = PdfReader(BOOK).page_labels
    assert all(page.endswith(f" {label}") for page, label in zip(pages[1:], labels[1:], strict=True))


def test_contents_name_the_printed_page_of_each_section(pages: list[str]) -> None:
    assert "2.1 Pengertian dan Ciri Algoritma 5" in pages[2]
    assert "2.1 Pengertian dan Ciri Algoritma" in pages[2 + 5]


def test_title_and_author() -> None:
    about = PdfReader(BOOK).metadata
    assert about is not None
    assert (about.title, about.author) == ("Informatika Kelas 10: Pengantar", "OpenClass Nexus AI")


def test_questions_are_forty_in_the_book_and_ten_that_are_not() -> None:
    assert len(ANSWERABLE) == 40
    assert len(QUESTIONS) == len({question["id"] for question in QUESTIONS}) == 50
    assert all(q["answers"] == q["gold"] == [] for q in QUESTIONS if not q["answerable"])
    assert "Apa itu algoritma?" in [question["question"] for question in ANSWERABLE]


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: str(question["id"]))
def test_gold_answers_are_on_their_gold_page(question: dict[str, Any], pages: list[str]) -> None:
    (gold,) = question["gold"]
    text = " ".join(pages[gold["page_start"] - 1 : gold["page_end"]])
    assert gold["file"] == BOOK.name
    assert question["answers"]
    assert all(squeezed(answer) in text for answer in question["answers"])
