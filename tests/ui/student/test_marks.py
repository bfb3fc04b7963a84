"""Marks in an answer."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.student.marks import marked_html

LINKS = {1: "c7", 2: "c9"}
ONE = '<a class="nx-mark" href="#c7">[1]</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Air mendidih [1].", f"<p>Air mendidih {ONE}.</p>"),
        ("[1]: Air mendidih", f"<p>{ONE}: Air mendidih</p>"),
        ("Air [1][3]", f"<p>Air {ONE}[3]</p>"),
        ("Isi `a[1]` saja", "<p>Isi <code>a[1]</code> saja</p>"),
        ("[1](https://evil.example)", f"<p>{ONE}(https://evil.example)</p>"),
    ],
)
def test_a_mark_leads_to_its_page(text: str, html: str) -> None:
    assert marked_html(text, LINKS).strip() == html


def test_code_blocks_keep_their_brackets() -> None:
    html = marked_html("Lihat [2]:\n\n```go\na[1] = 2\n```", LINKS)
    assert html.count("nx-mark") == 1
    assert "a[1] = 2" in re.sub(r"<[^>]+>", "", html)


@given(st.text(max_size=200) | st.from_regex(r"[\[\]\d`<>a()!/\n\ue000\ue001 ]{0,80}", fullmatch=True))
def test_only_known_marks_become_links_whatever_the_text(text: str) -> None:
    html = marked_html(text, LINKS)
    for target in re.findall(r'class="nx-mark" href="#([^"]*)"', html):
        assert target in LINKS.values()
    assert "\ue000" not in html
    assert "<script" not in html


def test_a_doubt_is_said_in_words_but_not_in_code() -> None:
    html = marked_html("Itu benar. [?]\n\n`a[?]`", LINKS)
    assert '<span class="nx-doubt">cocokkan dengan buku</span>' in html
    assert "<code>a[?]</code>" in html
