"""What of an answer the books hold: each sentence against the passages that were found for the question."""

import re
from collections.abc import Sequence

from nexus_appliance.knowledge.tokens import content_words, stem
from nexus_appliance.tutoring.listings import CODE

SUPPORT = 0.5
"""Share of a sentence's content words (by stem) that one passage must hold to be its source."""

LEAST_WORDS = 3
"""A sentence with fewer content words ("Ya, benar.") claims too little to need a source."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LABEL = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+")
"""The number or bullet of a line in a list."""
_NAME = re.compile(r"(?<=[\w,;:)\"'] )[A-Z][\w'-]+")
"""A capitalised word inside a sentence; at its beginning any word has a capital."""


class Passages:
    """The passages of one question; `question` is what a sentence may also take numbers and names from."""

    def __init__(self, texts: Sequence[str], question: str) -> None:
        self._stems = [frozenset(content_words(text)) for text in texts]
        everything = "\n".join([question, *texts])
        self._numbers = {_plain(number) for number in _NUMBER.findall(everything)}
        self._words = {word.casefold() for word in re.findall(r"[\w'-]+", everything)}
        self._every = frozenset().union(*self._stems, content_words(question))

    def source(self, sentence: str) -> int:
        """The number, from 1, of the passage that holds most of a sentence; 0 when none holds `SUPPORT` of it."""
        wanted = content_words(sentence)
        shares = [sum(word in stems for word in wanted) / len(wanted) for stems in self._stems] if wanted else []
        best = max(shares, default=0.0)
        return shares.index(best) + 1 if best >= SUPPORT else 0

    def doubtful(self, sentence: str) -> bool:
        """Whether a sentence claims what no passage holds: most of it, or a number or a name in it."""
        sentence = CODE.sub("", _LABEL.sub("", sentence))
        wanted = content_words(sentence)
        if any(_plain(number) not in self._numbers for number in _NUMBER.findall(sentence)):
            return True
        if any(not self._known(name) for name in _NAME.findall(sentence)):
            return True
        return len(wanted) >= LEAST_WORDS and not self.source(sentence)

    def _known(self, name: str) -> bool:
        return name.casefold() in self._words or stem(name.casefold()) in self._every


def _plain(number: str) -> str:
    """A number without the marks that group its digits: 24.090 and 24090 are one."""
    return re.sub(r"[.,]", "", number)
