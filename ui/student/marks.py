"""Numbers in an answer that lead to the passages they stand for."""

import re
from collections.abc import Mapping
from html import escape

from nexus_appliance.tutoring.marks import DOUBT
from ui.i18n import _
from ui.markdown import safe_html

_MARK = re.compile(r"\[(\d{1,2})\]")
_DOUBT = "\ue002"
"""Stands for the mark of a doubtful sentence until markdown has been made HTML."""
_HELD = re.compile("\ue000(\\d{1,2})\ue001")
_CODE = re.compile(r"(<(?:code|pre|nx-formula)\b.*?</(?:code|pre|nx-formula)>)", re.DOTALL)
_PRIVATE = dict.fromkeys(range(0xE000, 0xE003))


def marked_html(text: str, links: Mapping[int, str]) -> str:
    """Safe HTML of markdown `text` in which "[2]" leads to the element whose id is `links[2]`.

    Marks are taken out of markdown's sight first: it reads "[1]: word" as a link's address and drops the line. Inside
    code, and where no element is known for the number, a mark stays plain text.
    """
    held = _MARK.sub("\ue000\\1\ue001", text.translate(_PRIVATE)).replace(DOUBT, _DOUBT)
    parts = _CODE.split(safe_html(held))
    return "".join(_in_code(part) if index % 2 else _in_text(part, links) for index, part in enumerate(parts))


def _in_text(html: str, links: Mapping[int, str]) -> str:
    words = escape(_("compare with the book"))
    doubt = f'<span class="nx-doubt">{words}</span>'
    return _linked(html, links).replace(_DOUBT, doubt)


def _in_code(html: str) -> str:
    return _linked(html, {}).replace(_DOUBT, DOUBT)


def _linked(html: str, links: Mapping[int, str]) -> str:
    def link(found: re.Match[str]) -> str:
        mark, target = f"[{found[1]}]", links.get(int(found[1]))
        return f'<a class="nx-mark" href="#{target}">{mark}</a>' if target else mark

    return _HELD.sub(link, html)
