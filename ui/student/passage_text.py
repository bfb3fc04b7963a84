"""A passage of a book as it can be read best: paragraphs, tables in boxes that scroll, code with its spaces."""

from markupsafe import Markup

from nexus_appliance.knowledge.blocks import Block, blocks
from ui.formulas import with_formulas


def passage_html(text: str) -> Markup:
    """The text of a passage; nothing of it is markup but formulas."""
    return Markup("").join(_block(block) for block in blocks(text))


def _block(block: Block) -> Markup:
    if block.kind == "table":
        return _table(block)
    if block.kind == "code":
        return Markup('<pre class="nx-code-block" tabindex="0">{}</pre>').format(block.text)
    return Markup("<p>{}</p>").format(with_formulas(block.text) or block.text)


def _table(block: Block) -> Markup:
    rows = (Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row) for row in block.rows)
    inside = Markup("").join(Markup("<tr>{}</tr>").format(row) for row in rows)
    return Markup('<div class="nx-table" tabindex="0"><table>{}</table></div>').format(inside)
