"""A passage's text told apart into paragraphs, tables and code."""

from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.blocks import blocks

CODE = "func main() {\n    for i := 0; i < 3; i++ {\n        fmt.Println(i)\n    }\n}"


def test_each_kind_is_known() -> None:
    prose = "Silakan lihat kode berikut agar menjadi lebih jelas."
    text = f"Perulangan\n\n{prose}\n{CODE}\n\nport | arti\n80 | web\n\nItu saja."
    assert [(block.kind, block.text) for block in blocks(text)] == [
        ("text", "Perulangan"),
        ("text", prose),
        ("code", CODE),
        ("table", "port | arti\n80 | web"),
        ("text", "Itu saja."),
    ]


def test_rows_have_their_empty_cells() -> None:
    table = next(blocks("a | b | c\n| | 2\n1 | | \n"))
    assert table.rows[1] == ["", "", "2"]


@given(st.text(alphabet="ab |\n{}=.", max_size=80))
def test_nothing_is_lost(text: str) -> None:
    assert " ".join(block.text for block in blocks(text)).split() == text.split()
