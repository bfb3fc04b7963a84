"""Formulas are found where they are meant, and only their source is handed to the browser."""

import hashlib
import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.test_markdown import Seen
from ui.formulas import COUNT_LIMIT, LENGTH_LIMIT, with_formulas
from ui.markdown import LENGTH_LIMIT as TEXT_LIMIT
from ui.markdown import TAGS, safe_html
from ui.paths import ASSETS
from ui.student.marks import marked_html

PIECES = st.sampled_from(
    r"""\(~\)~\[~\]~$~$$~`~```~|~>~-~#~_~*~\\~{~\href{javascript:alert(1)}{x}~\url{http://evil.example}~[1]~[?]~5~ab
    \includegraphics{http://evil.example/a.png}~\htmlClass{x}{y}~\def\a{\a\a}\a~\frac{1}{2}~x^2~<script>~&lt;~ ~
    <img src=x onerror=alert(1)>~</nx-formula>~<nx-formula onclick=a()>""".replace("\n    ", "~\n~").split("~")
)


def found(text: str) -> list[str]:
    """The formulas of a text as the browser gets them."""
    return [html.unescape(one) for one in re.findall(r"<nx-formula>(.*?)</nx-formula>", safe_html(text), re.DOTALL)]


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        (r"Luas \(L = \pi r^2\) dan \[V = Lt\].", [r"\(L = \pi r^2\)", r"\[V = Lt\]"]),
        (r"Energi $E = mc^2$, gaya $F$, sudut $\alpha$, nilai $2x$.", ["$E = mc^2$", "$F$", r"$\alpha$", "$2x$"]),
        (r"$\text{Luas persegi} = s \times s$", [r"$\text{Luas persegi} = s \times s$"]),
        ("Jadi:\n$$\nx\n- 5\n= *a* _b_\n$$\nselesai", ["$$\nx\n- 5\n= *a* _b_\n$$"]),
        ("- satu\n  \\[\n  a_1 * b_1\n  \\]\n- dua", ["\\[\na_1 * b_1\n\\]"]),
        ("| a | b |\n|---|---|\n| $x^2$ | 5 |", ["$x^2$"]),
        (r"\(a < b & c\)", [r"\(a < b & c\)"]),
    ],
)
def test_a_formula_is_handed_on_as_it_is_written(text: str, formulas: list[str]) -> None:
    assert found(text) == formulas


@pytest.mark.parametrize(
    "text",
    [
        "Harga $5 dan $10, lalu 5$ dan 10$.",
        "Kurs $1=Rp15.000/$2=Rp30.000 dan US$5=Rp75.000 atau US$6.",
        "echo $HOME/$PATH dan $USER, juga $(date)_$(pwd) dan ${a}${b}",
        "$total = $harga * $jumlah; $i++; $HOME$ dan $$ dan $$",
        "Biaya $5 atau dua kali itu$.",
        "`$x^2$` dan `\\(y\\)`",
        "```\n$$x^2$$\n\\[y\\]\n```",
        r"\[1\] menyebut itu, tetapi \(x tidak berakhir",
        r"harga \$5^2\$ saja",
    ],
)
def test_prices_shell_and_code_stay_text(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "inner",
    [
        r"\def\a{\a\a}\a", r"\href{javascript:alert(1)}{x}", r"\url{http://evil.example}", r"\gdef\a{}",
        r"\newcommand\a{}",
        r"\includegraphics{http://evil.example/a.png}", r"\htmlClass{x}{y}", r"\char`\a", "{" * (LENGTH_LIMIT + 1),
    ],
)  # fmt: skip
def test_what_defines_reaches_out_or_is_too_long_is_no_formula(inner: str) -> None:
    for start, end in (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")):
        assert found(f"{start}{inner}{end}") == []


def test_only_so_many_formulas_of_a_text_are_drawn() -> None:
    assert len(found(r"\(x\) " * (COUNT_LIMIT + 50))) == COUNT_LIMIT


@given(st.lists(st.one_of(PIECES, st.text(max_size=9)), max_size=40).map("".join))
def test_nothing_runs_loads_or_leads_away(text: str) -> None:
    seen = Seen(marked_html(text, {1: "c7"}))
    assert seen.tags <= TAGS | {"span"}
    for tag, name, value in seen.attributes:
        assert (tag, name) in {("a", "href"), ("a", "class"), ("ol", "start"), ("span", "class")}
        assert name != "href" or (value or "").startswith(("/", "#"))


@pytest.mark.parametrize("sign", ["$", "$$", r"\(", r"\[", "$x", r"\(x\)", "$x$ ", "\n$$\n", "$" + "a " * 100])
def test_long_odd_text_is_answered_in_time(sign: str) -> None:
    started = time.process_time()
    safe_html((sign * TEXT_LIMIT)[:TEXT_LIMIT])
    assert time.process_time() - started < 5


def test_a_root_keeps_its_index_and_the_sentence_its_mark() -> None:
    shown = marked_html(r"Akar \(\sqrt[3]{8}\) adalah 2. [1]", {1: "c7", 3: "c9"})
    assert r"\sqrt[3]{8}" in shown
    assert shown.count("nx-mark") == 1


def test_a_passage_shows_its_formulas_and_keeps_the_rest_as_text() -> None:
    assert with_formulas(r"Luas <b> $A = \pi r^2$ ya") == (r"Luas &lt;b&gt; <nx-formula>$A = \pi r^2$</nx-formula> ya")
    assert with_formulas(r"sed -e 's/\(1[a-z]*\)[0-9]*\(.*\)$/' dan $HOME") == ""


def test_katex_is_the_file_that_third_party_names() -> None:
    named = (ASSETS.parent / "THIRD_PARTY.md").read_text("utf-8")
    for name in ("katex.min.js", "katex.min.css"):
        assert f"`{name}` sha256 `{hashlib.sha256((ASSETS / 'katex' / name).read_bytes()).hexdigest()}`" in named
    for font in re.findall(r"fonts/[\w-]+\.woff2", (ASSETS / "katex" / "katex.min.css").read_text("utf-8")):
        assert (ASSETS / "katex" / font).is_file()
