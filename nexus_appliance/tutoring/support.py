"""What of an answer the books hold: each sentence against the passages that were found for the question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from nexus_appliance.knowledge.sentence_vectors import units
from nexus_appliance.knowledge.tokens import content_words, stem, words
from nexus_appliance.tutoring.listings import CODE

T = TypeVar("T")

SUPPORT = 0.5
"""Share of a sentence's content words (by stem) that one passage must hold to be its source."""

LEAST_WORDS = 3
"""A sentence with fewer content words ("Ya, benar.") claims too little to need a source."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LABEL = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+")
"""The number or bullet of a line in a list."""
_NAME = re.compile(r"(?<=[\w,;:)\"'] )[A-Z][\w'-]+")
"""A capitalised word inside a sentence; at its beginning any word has a capital."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a sentence stands to the one of the book that it comes from, in shares (0 to 1) of content words by stem.

    A small model says of one thing what the book says of another: then the words that answer are in the book's
    sentence and those that the question named are not. The book's sentence is read with the one before it and the first
    of its passage, which name what it is about.

    `held`: of the sentence, there. `told`: of what the question did not say, in the book's sentence alone. `asked`: of
    what the sentence repeats of the question, or of the whole question where it repeats none ("Soeharto."), there.
    `alone`: the same in the book's sentence alone. `numbers`: of the sentence's numbers, there alone. `pairs`: of its
    words that follow each other (all of them, not only content words), there alone. A share of nothing is 1.
    """

    held: float
    told: float
    asked: float
    alone: float
    numbers: float
    pairs: float

    @property
    def said(self) -> float:
        """The share of what the sentence adds to the question that the book's sentence says."""
        return self.told * self.numbers


NOWHERE = Alignment(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Without any passage."""


class Passages:
    """The passages of one question; `question` is what a sentence may also take numbers and names from."""

    def __init__(self, texts: Sequence[str], question: str) -> None:
        self.texts = tuple(texts)
        self._units = [[*_units(text)] for text in texts]
        self._asked = _words(question)
        self._stems = [frozenset(content_words(text)) for text in texts]
        everything = "\n".join([question, *texts])
        self._numbers = _numbers(everything)
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
        if not _numbers(sentence) <= self._numbers:
            return True
        if any(not self._known(name) for name in _NAME.findall(sentence)):
            return True
        return len(wanted) >= LEAST_WORDS and not self.source(sentence)

    def alignments(self, sentence: str) -> list[Alignment]:
        """How the sentence stands to each of the passages."""
        return [alignment for alignment, _ in self._nearest(sentence)]

    def alignment(self, sentence: str) -> Alignment:
        """How it stands to the one of them that holds most of it."""
        return max(self._nearest(sentence), key=_most, default=_NOTHING)[0]

    def stands_on(self, sentence: str) -> str:
        """The sentence of the passages that holds most of it, as it is among `units`; empty without any passage."""
        return max(self._nearest(sentence), key=_most, default=_NOTHING)[1]

    def put_first(self, place: int) -> None:
        """Let the passage at this place (from 0) become the first; the others keep their order."""
        self._units.insert(0, self._units.pop(place))
        self._stems.insert(0, self._stems.pop(place))
        self.texts = (self.texts[place], *self.texts[:place], *self.texts[place + 1 :])

    def _nearest(self, sentence: str) -> "list[_Found]":
        """The nearest sentence of each passage."""
        said = _Unit.of(CODE.sub("", _LABEL.sub("", sentence)))
        return [
            max(((self._aligned(said, unit), unit.text) for unit in units), key=_most, default=_NOTHING)
            for units in self._units
        ]

    def _aligned(self, said: "_Unit", unit: "_Unit") -> Alignment:
        repeated = said.words & self._asked or self._asked
        return Alignment(
            held=_share(said.words, unit.around),
            told=_share(said.words - self._asked, unit.words),
            asked=_share(repeated, unit.around),
            alone=_share(repeated, unit.words),
            numbers=_share(said.numbers, unit.numbers),
            pairs=_share(said.pairs, unit.pairs),
        )

    def _known(self, name: str) -> bool:
        return name.casefold() in self._words or stem(name.casefold()) in self._every


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence: its content words, those with what it is read with, its numbers, and words that follow each other."""

    text: str
    words: frozenset[str]
    around: frozenset[str]
    numbers: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, sentence: str, around: frozenset[str] = frozenset()) -> "_Unit":
        """A sentence that is read with the words `around` it."""
        held = _words(sentence)
        return cls(sentence, held, held | around, _numbers(sentence), frozenset(pairwise(map(stem, words(sentence)))))


_Found = tuple[Alignment, str]
_NOTHING: _Found = (NOWHERE, "")


def _most(found: _Found) -> float:
    """By which the sentence of the book is chosen that another stands on."""
    return found[0].told + found[0].numbers + found[0].held


def _units(text: str) -> Iterator[_Unit]:
    """The sentences of a text, each with the one before it and the first around it."""
    listed = units(text)
    for place, sentence in enumerate(listed):
        yield _Unit.of(sentence, _words(listed[0]) | _words(listed[max(0, place - 1)]))


def _share(wanted: frozenset[T], held: frozenset[T]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 1.0


def _words(text: str) -> frozenset[str]:
    """The stems of content words; numbers count for themselves."""
    return frozenset(word for word in content_words(text) if not _NUMBER.search(word))


def _numbers(text: str) -> frozenset[str]:
    """The numbers in a text without the marks that group digits: 24.090 and 24090 are one."""
    return frozenset(re.sub(r"[.,]", "", number) for number in _NUMBER.findall(text))
