"""Names as people write them, and the ASCII codes made from them."""

import re
import unicodedata
from collections.abc import Container

from nexus_appliance.errors import Failure, Invalid

SUBJECT_NAME_LIMIT = 80
FULL_NAME_LIMIT = 128

CODE_LIMIT = 64
"""Characters of a code before a suffix; folders, collections and columns hold it with room to spare."""

CODE = re.compile(r"[a-z0-9_]{1,80}")
"""What a code looks like; anything else is no subject of ours and never reaches the database."""

FALLBACK = "mapel"
"""The code of a name that has no ASCII letter or digit (mata pelajaran)."""

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}
_FLAG_TAGS = range(0xE0020, 0xE0080)


def plain_name(text: str, limit: int) -> str:
    """A name in any script on one line, NFC, single spaces; raises `Invalid` (name_invalid).

    Control characters and invisible ones (other than the joiners that scripts and emoji need) are refused: two names
    that look the same should be the same. `limit` is in characters.
    """
    text = text if isinstance(text, str) else ""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not 1 <= len(name) <= limit or any(map(_unseen, text.strip())) or not any(map(_visible, name)):
        raise Invalid(Failure.NAME_INVALID, limit=limit)
    return name


def one_line(text: str) -> str:
    """Typed text on one line: control and invisible characters and runs of white space become one space."""
    kept = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    return " ".join(kept.split())


def some_lines(text: str) -> str:
    """Typed text as lines, each as `one_line` makes it; a paragraph ends with one empty line."""
    lines = [one_line(line) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def name_key(name: str) -> str:
    """Equal for names that differ only in case, width or spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def slug(name: str, grade: int) -> str:
    """The code of a subject: "Bahasa Indonesia (Wajib)", 10 -> bahasa_indonesia_wajib_10. Only a-z, 0-9 and _."""
    ascii_text = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.sub("[^a-z0-9]+", "_", ascii_text).strip("_")
    return f"{_cut(words, CODE_LIMIT - len(f'_{grade}')) or FALLBACK}_{grade}"


def free_code(code: str, taken: Container[str]) -> str:
    """The code itself, or with the first suffix _2, _3 ... that nobody has."""
    number, free = 1, code
    while free in taken:
        number += 1
        free = f"{code}_{number}"
    return free


def _cut(words: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are several."""
    if len(words) <= limit:
        return words
    return words[: limit + 1].rpartition("_")[0] or words[:limit]


def _unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN and sign not in _JOINERS and ord(sign) not in _FLAG_TAGS


def _visible(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "CZM"
