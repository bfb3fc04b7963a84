"""Numbers in an answer that lead to the passages they stand for."""

import re
from collections.abc import Mapping

from ui.markdown import safe_html

_MARK = re.compile(r"\[(\d{1,2})\]")
_HELD = re.compile("\ue000(\\d{1,2})\ue001")
_CODE = re.compile(r"(<(?:code|pre|a)\b.*?</(?:code|pre|a)>)", re.DOTALL)
_PRIVATE = dict.fromkeys(range(0xE000, 0xE002))


def marked_html(text: str, links: Mapping[int, str]) -> str:
    """Safe HTML of markdown `text` in which "[2]" leads to the element whose id is `links[2]`.

    Marks are taken out of markdown's sight first: it reads "[1]: word" as a link's address and drops the line. Inside
    code, and where no element is known for the number, a mark stays plain text.
    """
    held = _MARK.sub("\ue000\\1\ue001", text.translate(_PRIVATE))
    parts = _CODE.split(safe_html(held))
    return "".join(_linked(part, {} if index % 2 else links) for index, part in enumerate(parts))


def _linked(html: str, links: Mapping[int, str]) -> str:
    def link(found: re.Match[str]) -> str:
        mark, target = f"[{found[1]}]", links.get(int(found[1]))
        return f'<a class="nx-mark" href="#{target}">{mark}</a>' if target else mark

    return _HELD.sub(link, html)
