"""Whether the text layer of a page can be used, or its picture must be read instead. In doubt the layer is good."""

import re
import unicodedata
from collections.abc import Sequence

from nexus_appliance.curriculum.pages import Line, letters

FEW_LETTERS = 40
"""Fewer letters are a page number or the stamp of a scanning program, not the text of a page."""
NO_CHARACTERS = 0.3
"""A page with this share of signs that stand for nothing has a broken font; a page of bullets and formulas has less."""
JUDGED_LETTERS = 120
"""Latin letters from which their mixture tells; fewer may be chance."""
SHORT = 3
"""Shorter words are abbreviations and hexadecimal numbers."""
LEAST_VOWELS = 0.24
"""Vowels are 0.43 of the letters of Indonesian, 0.38 of English, 0.3 of listings; a wrong mapping makes any letter of
any other, so it lands near 5/26."""
LEAST_COMMON = 0.01
"""Share of a page's words that are among the commonest of a language: 0.15 to 0.4 in texts, chance in rubbish."""

_WORD = re.compile(r"[a-z]+")
_COMMON = frozenset(
    _WORD.findall(
        "yang dan di ke dari untuk dengan pada adalah ini itu atau dalam tidak akan oleh sebagai dapat juga karena "
        "the of and to in is that for it as with on by be are this an or from"
    )
)
_NOTHING = {"Cc", "Cn", "Co", "Cs"}


def is_readable(lines: Sequence[Line]) -> bool:
    """Whether the lines of a page's text layer can be used as its text."""
    return letters(lines) >= FEW_LETTERS and not is_broken(lines)


def is_broken(lines: Sequence[Line]) -> bool:
    """Whether the text layer has signs, but not those that are printed: the mapping of its font is wrong or missing."""
    signs = "".join("".join(line.text.split()) for line in lines)
    nothing = sum(sign == "\ufffd" or unicodedata.category(sign) in _NOTHING for sign in signs)
    if len(signs) >= FEW_LETTERS and nothing > NO_CHARACTERS * len(signs):
        return True
    words = [word for line in lines for word in _WORD.findall(line.text.casefold())]
    latin = "".join(word for word in words if len(word) >= SHORT)
    if len(latin) < JUDGED_LETTERS:
        return False
    vowels = sum(latin.count(vowel) for vowel in "aeiou")
    common = sum(word in _COMMON for word in words)
    return vowels < LEAST_VOWELS * len(latin) and common <= LEAST_COMMON * len(words)
