"""Characters as a reader means them: ligatures, odd spaces and invisible marks of PDF text put right."""

import re
import unicodedata

_PRESENTATION = re.compile("[ﬀ-﷿ﹰ-ﻼ！-～]+")
"""Ligatures, Arabic shapes and full-width letters: compatibility forms that mean the same as the plain letters.
Superscripts and fractions are compatibility forms too, but x² is not x2."""
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_WORD_SPACES = re.compile(" {2,}")
_SYMBOL_BULLETS = re.compile("^[\uf0a7\uf0b7\uf0d8\uf0fc\uf076\uf06c]")
"""Bullets of the Symbol and Wingdings fonts, which have no code of their own."""
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}
SOFT_HYPHEN = "\u00ad"


def clean(text: str, *, spacing: bool = False) -> str:
    """One line of text without control characters and surrogates; `spacing` keeps runs of spaces, as code needs."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = _PRESENTATION.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = unicodedata.normalize("NFC", _SYMBOL_BULLETS.sub("•", text))
    text = _SPACES.sub(" ", text)
    if not text.isprintable():
        text = _without_unseen(text)
    return text.rstrip() if spacing else _WORD_SPACES.sub(" ", text).strip()


def _without_unseen(text: str) -> str:
    """Drop what has no shape; a soft hyphen stays where the line was broken, as a hyphen."""
    if text.rstrip().endswith(SOFT_HYPHEN):
        text = text.rstrip()[:-1] + "-"
    return "".join(character for character in text if unicodedata.category(character) not in _UNSEEN)
