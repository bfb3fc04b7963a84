"""A username made from a full name, as a proposal."""

import re
import unicodedata
from collections.abc import Container

LONGEST = 26
"""Characters; leaves room for a number within the 32 that a username may have."""

SHORTEST = 3
"""Characters of the shortest username."""


def suggested_username(full_name: str, taken: Container[str]) -> str:
    """First and last word of the name in ASCII, with a number when somebody has it.

    "Siti Nur Rahma, S.Pd." becomes siti.rahma or siti.rahma2; empty when the name has no ASCII letter or digit.
    """
    plain = unicodedata.normalize("NFKD", full_name.split(",")[0].casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['`]", "", plain))
    stem = ".".join(words[:1] + words[-1:] if len(words) > 1 else words)[:LONGEST].strip(".")
    if not stem:
        return ""
    number = 1 if len(stem) >= SHORTEST else 10
    name = stem if number == 1 else f"{stem}{number}"
    while name in taken:
        number += 1
        name = f"{stem}{number}"
    return name
