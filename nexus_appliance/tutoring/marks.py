"""The marks in an answer: put there by us, sentence by sentence, never taken from the model."""

import re
from collections.abc import Callable, Iterator, Sequence

from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.knowledge.tokens import content_words
from nexus_appliance.tutoring.listings import CODE, LISTING, ROW, RULE
from nexus_appliance.tutoring.support import Alignment, Passages

DOUBT = "[?]"
"""Behind a sentence that no passage holds or that may say something else than they do; the page says so in words."""

Trust = Callable[[Alignment], bool]
"""Whether a sentence that stands so to the book may go without a mark of doubt."""

_MARK = re.compile(r"(?<!\w)\[(?:\d{1,2}(?:\s*,\s*\d{1,2})*|\?)\]")
_SPACE_BEFORE = re.compile(r"[ \t]+(?=[.,;:!?](?:\s|$))|[ \t]+(?=\n)")


def marked(text: str, passages: Passages, trusts: Trust = lambda _alignment: True) -> str:
    """The answer with the number of its source behind each sentence, or behind the last of several from one passage.

    A sentence that no passage holds, or that `trusts` does not, gets `DOUBT`.
    """
    parts = LISTING.split(without_marks(text))
    pieces = [*_pieces(parts)]
    rules = {index for index, (_place, piece) in enumerate(pieces) if RULE.match(piece)}
    heads = {index - 1 for index in rules}
    said = [
        (piece, "" if place % 2 or index in rules | heads else _mark(piece, passages, trusts))
        for index, (place, piece) in enumerate(pieces)
    ]
    following = [*(mark for _, mark in said[1:]), ""]
    return "".join(
        _with_mark(piece, "" if mark == after != DOUBT else mark)
        for (piece, mark), after in zip(said, following, strict=True)
    ).strip()


def doubtful_share(text: str) -> float:
    """The share of a marked text's sentences that are doubtful; 0 for an empty text."""
    said = [sentence for sentence in sentences(text) if sentence.strip()]
    return sum(DOUBT in sentence for sentence in said) / len(said) if said else 0.0


def _mark(sentence: str, passages: Passages, trusts: Trust) -> str:
    if passages.doubtful(sentence) or (content_words(sentence) and not trusts(passages.alignment(sentence))):
        return DOUBT
    number = passages.source(sentence)
    return f"[{number}]" if number else ""


def without_marks(text: str) -> str:
    """The answer without numbers that the model wrote; code between backticks and `larik[0]` are left alone."""
    parts = CODE.split(text)
    for place in range(0, len(parts), 2):
        while (plain := _SPACE_BEFORE.sub("", _MARK.sub("", parts[place]))) != parts[place]:
            parts[place] = plain
    return "".join(parts).strip()


def _pieces(parts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The sentences of text and the listings whole, each with the place of its part; odd places are code."""
    for place, part in enumerate(parts):
        for piece in [part] if place % 2 else sentences(part):
            yield place, piece


def _with_mark(piece: str, mark: str) -> str:
    if not mark:
        return piece
    plain = piece.rstrip()
    if ROW.match(piece):
        return f"{plain[:-1].rstrip()} {mark} |{piece[len(plain) :]}"
    return f"{plain} {mark}{piece[len(plain) :]}"
