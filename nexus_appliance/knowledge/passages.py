"""What a search gives: passages, best first, and the numbers the gate decides by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nexus_appliance.curriculum.chunks import SECTION_SEPARATOR

__all__ = ["SECTION_SEPARATOR", "Passage", "Retrieval", "Signals"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One window of a book that may hold the answer.

    `page` is the PDF page (from 1) to cite: of the pages that the window touches the one that holds most of the
    question's words. `printed` is the number printed there (None when unknown). `score` orders passages of one search
    and means nothing across searches; `cosine` is between question and window; `key` names the window in this pack
    version for ever. `note` marks a teacher's note: its pages are only places in the list of notes.
    """

    pack_id: int
    book: str
    file: str
    page: int
    printed: str | None
    section: str
    text: str
    score: float
    cosine: float
    key: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Signals:
    """How well a subject's books match a question: numbers that mean the same for a booklet and for a shelf.

    `cosine`: of the nearest window. `coverage`: the largest share of the question's content words, weighted by how
    rare they are in these books, that one of the first passages holds (by stem). `words`: how many content words the
    question has. `length`: how many words at all. `total`: the summed rarity of the content words. `missing`: that of
    the words which the passage lacks that lacks least. `fitting`: the largest coverage by one sentence that holds the
    kind of thing asked for, read after the first sentence of its passage. `asked`: whether the first passage holds the
    question's last content word, which most often is what is asked.
    """

    cosine: float
    coverage: float
    words: int
    length: int = 0
    total: float = 0.0
    missing: float = 0.0
    fitting: float = 0.0
    asked: float = 1.0


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The result of one search: passages best first, the signals of the gate, and what sentences are worth.

    `worth` has a number for each sentence of the first passages; only their order means something. `by_words`: some of
    the books have no vectors of this machine's encoder yet, so that words alone found what is in them.
    """

    passages: tuple[Passage, ...]
    signals: Signals
    worth: Mapping[str, float] = field(default_factory=dict)
    by_words: bool = False
