"""Hostile text becomes harmless HTML, and useful markdown stays."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.markdown import LENGTH_LIMIT, TAGS, safe_html

PIECES = st.sampled_from(
    """</script>~<img src=x onerror=alert(1)>~![x](http://evil.example/a.png)~[a](javascript:alert(1))~`~```~|~#~-~>~**~_
    [a](//evil.example)~<form action=//evil.example>~<style>*{background:url(//evil.example)}</style>~<svg onload=a()>
    [a](/guru)~<a href='data:text/html,x'>~&lt;script&gt;~<!--~]]>~[x]: http://evil.example~<https://evil.example>
    <iframe src=/admin>~$x$~    ~\x00~\n~ ~\ud800""".replace("\n    ", "~").split("~")
)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=30).map("".join)


class Seen(HTMLParser):
    """The tags and attributes of a text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


@given(HOSTILE)
@example("</script><script>alert(1)</script>")
@example("<math><mtext></p><style><img src=x onerror=alert(1)></style>")
@example("| a | b |\n|--|--|\n| <img src=x> | [x](javascript:1) |")
def test_nothing_runs_loads_or_leads_away(text: str) -> None:
    seen = Seen(safe_html(text))
    assert seen.tags <= TAGS
    for tag, name, value in seen.attributes:
        assert (tag, name) == ("ol", "start")
        assert value is not None


def test_what_a_book_needs_stays() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    html = safe_html(f"## Judul\n\n- satu\n- dua\n\n```go\nvar a < 1\n```\n\n{table}\n\nx_1 dan `kode`")
    for part in ("<h2>Judul</h2>", "<li>satu</li>", "<pre><code>", "var a &lt; 1", "<td>1</td>", "x_1", "<code>kode<"):
        assert part in html


@pytest.mark.parametrize("address", ["/keluar", "#nx", "https://evil.example"])
def test_a_link_is_only_its_words(address: str) -> None:
    """A book can make the model write "[jawaban](/keluar)": no page of this site, either, may be one click away."""
    assert safe_html(f"[buku]({address})") == "<p>buku</p>\n"


@pytest.mark.parametrize("sign", ["[", "*", "`", "> ", "| ", "a", "![", "<", "&", "- ", "\n```\n", "_a_"])
def test_long_odd_text_is_answered_in_time(sign: str) -> None:
    started = time.process_time()
    safe_html((sign * LENGTH_LIMIT)[: LENGTH_LIMIT + 9])
    assert time.process_time() - started < 5
