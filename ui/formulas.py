r"""Formulas in markdown: LaTeX between \( \), \[ \], $$ $$ and, where it is clearly maths, $ $.

The server only finds them and hands their source on as text; `formulas.js` draws them in the browser.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

TAG = "nx-formula"
"""The element that holds a formula's source with its delimiters; where it cannot be drawn it is read as it stands."""

_FORMULA = Markup("<{0}>{1}</{0}>")

LENGTH_LIMIT = 1_000
"""Characters of one formula; KaTeX's time and output grow with it."""

COUNT_LIMIT = 200
"""Formulas of one text that are drawn, a few milliseconds each on a phone; the rest stays as written."""

_ENDS = {"$$": "$$", "$": "$", r"\(": r"\)", r"\[": r"\]"}
_BLOCK = re.compile(r"\\\[|\$\$")
_SIGN = re.compile(r"\\[(\[]|\$\$?")
_LATEX = re.compile(r"\\[A-Za-z]{2,}|[\w)}][\^_][\w{]")
"""What a formula of a book has: a command, a power or an index."""
_WILD = re.compile(r"\\(?:[egx]?def|(?:re)?new|provide|let|futurelet|global|long|href|url|include|html|char)")
"""Commands that define others or reach out of the formula; nobody needs them to say something about a school book."""
_COMMAND = re.compile(r"\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+")
_PROSE = re.compile(r"[^\W\d_]{2,}[.,;:]?\s+[^\W\d_]{2,}")
_EVIDENCE = re.compile(
    r"\\[A-Za-z]|[\^_=<>≤≥≈≠×÷·√∑∫±+*/]"  # commands and signs
    r"|^-?\d+(?:[.,]\d+)*%?$|^[^\W\d_]{1,2}'*$|^\d+[A-Za-z]$|^\w\(\w\)$"  # 12,5  x  AB  2x  f(x)
)
_BROKEN_OFF = re.compile(r"[=+\-*/^_:,;<>({\[&|\\]$")
_AFTER_DOLLAR = re.compile(r"[\w({$]")


def formulas(reader: MarkdownIt) -> None:
    """Teach a markdown reader to see formulas before it takes their backslashes and underscores for its own."""
    reader.inline.ruler.before("escape", "formula", _inline)
    reader.block.ruler.before("fence", "formula", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    reader.add_render_rule("formula", _render)


def with_formulas(text: str) -> Markup:
    """HTML of plain text with its formulas; empty when it has none. Books also print such signs as code."""
    parts: list[Markup] = []
    place = 0
    for sign in _SIGN.finditer(text):
        found = "" if sign.start() < place else _formula(text, sign.start(), sign[0])
        if found and len(parts) < 2 * COUNT_LIMIT and _LATEX.search(found):
            parts += [escape(text[place : sign.start()]), _FORMULA.format(TAG, found)]
            place = sign.start() + len(found)
    return Markup("").join(parts) + escape(text[place:]) if parts else Markup("")


def _render(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    return _FORMULA.format(TAG, tokens[index].content)


def _inline(state: StateInline, silent: bool) -> bool:
    opened = next((sign for sign in _ENDS if state.src.startswith(sign, state.pos)), None)
    found = opened and _formula(state.src, state.pos, opened)
    if not found or not _push(state, found, silent):
        return False
    state.pos += len(found)
    return True


def _formula(text: str, start: int, opened: str) -> str:
    """The formula that begins at `start`, with its delimiters; empty when it is none."""
    begin = start + len(opened)
    end = text.find(_ENDS[opened], begin, begin + LENGTH_LIMIT)
    inner = text[begin:end]
    if end < 0 or not inner.strip() or _WILD.search(inner):
        return ""
    after = end + len(_ENDS[opened])
    if opened == r"\[" and inner.strip().isdigit():
        return ""  # a passage's number with escaped brackets
    if opened == "$" and not _stands_alone(text, start, after, inner):
        return ""
    return text[start:after] if opened.startswith("\\") or _is_maths(inner.strip()) else ""


def _stands_alone(text: str, start: int, after: int, inner: str) -> bool:
    """Whether a pair of single dollars is set as for a formula: tight around it, and no part of a word or a price."""
    before = text[start - 1] if start else " "
    tight = not inner[0].isspace() and not inner[-1].isspace() and "\n" not in inner
    tight = tight and not _BROKEN_OFF.search(inner)
    return tight and not before.isalnum() and before not in "\\$" and not _AFTER_DOLLAR.match(text, after)


def _is_maths(inner: str) -> bool:
    """Whether what stands between dollars is a formula rather than prices, shell variables and the words between."""
    return _EVIDENCE.search(inner) is not None and not _PROSE.search(_COMMAND.sub(" + ", inner))


def _push(state: StateInline | StateBlock, found: str, silent: bool) -> bool:
    """Add a formula to what was read, unless markdown only asks whether there is one; False beyond COUNT_LIMIT."""
    count: int = state.env.get("formulas", 0)
    if count < COUNT_LIMIT and not silent:
        state.env["formulas"] = count + 1
        state.push("formula", "", 0).content = found
    return count < COUNT_LIMIT


def _block(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    r"""A formula of its own lines from a line that begins with \[ or $$; no line of it is then a list or a heading."""
    start = state.bMarks[first] + state.tShift[first]
    opened = _BLOCK.match(state.src, start, state.eMarks[first])
    if opened is None or state.is_code_block(first):
        return False
    last = first
    while last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        last += 1
    text = state.getLines(first, last, state.blkIndent, False).strip()
    found = _formula(text, 0, opened[0])
    lines = found.count("\n") + 1
    if not found or text[len(found) :].partition("\n")[0].strip() or not _push(state, found, silent):
        return False
    if not silent:
        state.line = first + lines
    return True
