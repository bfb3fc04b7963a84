"""Text of models, books and people as safe HTML: markdown through an allow-list of tags; nothing loads or leaves."""

import re

import nh3
from markdown_it import MarkdownIt
from nicegui import ui

INLINE = {"a", "br", "code", "em", "s", "strong"}
BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS = frozenset(INLINE | BLOCKS | TABLES)
"""No img, style, form, svg, iframe, script: nothing that fetches, submits or runs."""

ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}

LENGTH_LIMIT = 10_000
"""Characters that are rendered: an answer has a few thousand; the worst text of this length takes 0.1 s."""

NESTING_LIMIT = 20
"""Quotes within quotes; deeper ones stay text."""

OWN_PATH = re.compile(r"/(?![/\\])[^\s\\]*|#[^\s\\]*")
"""Links that stay on this site; all others lose their address and remain text."""


def safe_html(text: str) -> str:
    """HTML of markdown `text`: allowed tags only, links inside this site only; never raises on any text."""
    options = {"html": False, "maxNesting": NESTING_LIMIT}
    reader = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    html = reader.render(_readable(text[:LENGTH_LIMIT]))
    return nh3.clean(
        html, tags=set(TAGS), attributes=ATTRIBUTES, attribute_filter=_kept, url_schemes=set(), link_rel=None
    )


def markdown(text: str) -> ui.html:
    """Show markdown text that nobody has checked."""
    return ui.html(safe_html(text), sanitize=False).classes("nx-prose")


def _kept(_tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or OWN_PATH.fullmatch(value) else None


def _readable(text: str) -> str:
    """Without control characters and lone surrogates, which no browser shows."""
    return "".join(letter for letter in text if letter in "\n\t" or not _is_control(ord(letter)))


def _is_control(code: int) -> bool:
    return code < 32 or 127 <= code < 160 or 0xD800 <= code <= 0xDFFF
