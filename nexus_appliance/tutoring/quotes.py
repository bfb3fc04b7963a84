"""The book's own words behind an answer: a small model may misread what it was given, a quotation cannot."""

import re
from collections.abc import Iterator, Mapping, Sequence

from nexus_appliance.knowledge.blocks import blocks
from nexus_appliance.knowledge.sentence_vectors import key
from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.knowledge.tokens import content_words
from nexus_appliance.tutoring.marks import DOUBT, without_marks
from nexus_appliance.tutoring.support import Passages

LENGTHS = range(25, 401)
"""Characters of a sentence that is worth quoting: shorter is a heading, longer is no one sentence."""

SAID = 0.8
"""An answer that holds this share of a sentence's content words (by stem) has said it already."""

_QUOTED = re.compile(r"\n\n> “[^\n]*” \[\d{1,2}\]$")
_TASK = re.compile(r"^\d{1,2}[.)]\s|\?$")
"""An exercise or a question, not a statement."""
_LIVE = re.compile(r"([\\`*_<>#|$~])")
"""Characters that mean something to markdown: in a quotation they are only themselves. Brackets are not among them:
behind a backslash they would begin a formula."""


def with_quotation(answer: str, passages: Passages, worth: Mapping[str, float]) -> str:
    """The marked answer and below it a sentence of the passages, with the number of its passage.

    Below an answer that nothing is doubtful in, the one it stands on; else the one that is worth most. Nothing is added
    to an empty answer, where no sentence is known to be worth something, and where the answer says the same already.
    """
    if DOUBT not in answer:
        standing = {passages.stands_on(part) for part in sentences(without_marks(answer)) if content_words(part)}
        worth = {one: worth[one] for one in standing if one in worth}
    found = max(((value, -number, text) for value, number, text in statements(passages.texts, worth)), default=None)
    if not answer or found is None:
        return answer
    _, negative, sentence = found
    words, said = content_words(sentence), frozenset(content_words(answer))
    if sum(word in said for word in words) >= SAID * len(words):
        return answer
    return f"{answer}\n\n> “{dead(sentence)}” [{-negative}]"


def dead(sentence: str) -> str:
    """A sentence of a book of which no sign means anything to markdown, and without passage numbers of its own."""
    return _LIVE.sub(r"\\\1", without_marks(sentence))


def without_quotation(answer: str) -> str:
    """What was written, not quoted."""
    return _QUOTED.sub("", answer)


def quotation(answer: str) -> str:
    """What was quoted, as it stands in the answer; empty without any."""
    return answer[len(without_quotation(answer)) :].strip()


def statements(texts: Sequence[str], worth: Mapping[str, float]) -> Iterator[tuple[float, int, str]]:
    """(worth, number of its text from 1, sentence) of each sentence of running text that says something."""
    for number, text in enumerate(texts, start=1):
        for block in blocks(text):
            for sentence in sentences(block.text) if block.kind == "text" else ():
                plain = " ".join(sentence.split())
                if key(sentence) in worth and len(plain) in LENGTHS and not _TASK.search(plain):
                    yield worth[key(sentence)], number, plain
