"""A text as sentences and lines."""

import re

from nexus_appliance.curriculum.pieces import ABBREVIATIONS

_SENTENCE = re.compile(
    r"\s*\S.*?(?:(?<![\d\s])[.!?]+[\"'*)]*(?:\s*\[(?:\d{1,2}|\?)\])*(?=\s|$)|(?=\n)|$)\s*", re.DOTALL
)
"""Up to an end mark or the end of the line; "1." ends nothing, and a passage number belongs to its sentence.

A change of what `sentences` gives needs a new `sentence_vectors.FORMAT`."""

_GOES_ON = re.compile(
    rf"(?:\A[A-Z]|\b(?:{ABBREVIATIONS}|KH)|\.[A-Z][A-Za-z]{{0,2}}|\b[A-Z][\w'’-]{{0,20}}\.?\s[A-Z])\.$"
)
"""A part that ends no sentence: a title, a degree ("S.TP."), an initial in a name. "Titik itu B." does end one."""

_TAIL = 40
"""Characters in which that is looked for."""


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text with the space after them: joined they are the text."""
    found: list[str] = []
    for part in _SENTENCE.findall(text):
        if found and _goes_on(found[-1]):
            found[-1] += part
        else:
            found.append(part)
    return found or [text]


def _goes_on(part: str) -> bool:
    """Whether the sentence goes on behind a part, on the same line."""
    plain = part.rstrip()
    return "\n" not in part[len(plain) :] and bool(_GOES_ON.search(plain[-_TAIL:]))
