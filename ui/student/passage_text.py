"""A passage of a book as it can be read best: paragraphs, tables in boxes that scroll, code with its spaces."""

from nicegui import ui

from nexus_appliance.knowledge.blocks import Block, blocks
from ui.components.text import Text
from ui.formulas import with_formulas


def passage_text(text: str) -> None:
    """Show the text of a passage; nothing of it is markup but formulas."""
    for block in blocks(text):
        if block.kind == "table":
            _table(block)
        elif block.kind == "code":
            Text("pre", block.text).classes("nx-code-block").props("tabindex=0")
        else:
            _paragraph(block.text)


def _paragraph(text: str) -> None:
    if html := with_formulas(text):
        ui.html(html, tag="p", sanitize=False)
    else:
        Text("p", text)


def _table(block: Block) -> None:
    with ui.element("div").classes("nx-table").props("tabindex=0"), ui.element("table"):
        for row in block.rows:
            with ui.element("tr"):
                for cell in row:
                    Text("td", cell)
