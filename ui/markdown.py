"""Text of models, books and people as safe HTML: markdown through an allow-list of tags; nothing loads or leaves."""

import nh3
from markdown_it import MarkdownIt
from nicegui import ui

from ui.formulas import TAG as FORMULA
from ui.formulas import formulas

INLINE = {"br", "code", "em", FORMULA, "s", "strong"}
BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS = frozenset(INLINE | BLOCKS | TABLES)
"""No a, img, style, form, svg, iframe, script: nothing that leads, fetches, submits or runs. A link keeps its words."""

ATTRIBUTES = {"ol": {"start"}}

LENGTH_LIMIT = 10_000
"""Characters that are rendered: an answer has a few thousand; the worst text of this length takes 0.1 s."""

NESTING_LIMIT = 20
"""Quotes within quotes; deeper ones stay text."""


def safe_html(text: str) -> str:
    """HTML of markdown `text`: allowed tags only, no links; never raises on any text."""
    options = {"html": False, "maxNesting": NESTING_LIMIT}
    reader = MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).use(formulas)
    html = reader.render(_readable(text[:LENGTH_LIMIT]))
    return nh3.clean(html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=set(), link_rel=None)


def markdown(text: str) -> ui.html:
    """Show markdown text that nobody has checked."""
    return ui.html(safe_html(text), sanitize=False).classes("nx-prose")


def _readable(text: str) -> str:
    """Without control characters and lone surrogates, which no browser shows."""
    return "".join(letter for letter in text if letter in "\n\t" or not _is_control(ord(letter)))


def _is_control(code: int) -> bool:
    return code < 32 or 127 <= code < 160 or 0xD800 <= code <= 0xDFFF
