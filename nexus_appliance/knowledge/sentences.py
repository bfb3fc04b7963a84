"""A text as sentences and lines."""

import re

_SENTENCE = re.compile(
    r"\s*\S.*?(?:(?<![\d\s])[.!?]+[\"'*)]*(?:\s*\[(?:\d{1,2}|\?)\])*(?=\s|$)|(?=\n)|$)\s*", re.DOTALL
)
"""Up to an end mark or the end of the line; "1." ends nothing, and a passage number belongs to its sentence.

A change of it needs a new `sentence_vectors.FORMAT`."""


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text with the space after them: joined they are the text."""
    return _SENTENCE.findall(text) or [text]
