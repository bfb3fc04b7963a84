"""What a search gives: passages, best first, and the numbers the gate decides by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One window of a book that may hold the answer.

    `page` is the PDF page (from 1) to cite: of the pages that the window touches the one that holds most of the
    question's words. `printed` is the number printed there (None when unknown). `score` orders passages of one search
    and means nothing across searches; `cosine` is between question and window; `key` names the window in this pack
    version for ever.
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


@dataclass(frozen=True, slots=True)
class Signals:
    """How well a subject's books match a question: numbers that mean the same for a booklet and for a shelf.

    `cosine`: of the nearest window. `coverage`: the largest share of the question's content words, weighted by how
    rare they are in these books, that one of the first passages holds (by stem). `words`: how many content words the
    question has.
    """

    cosine: float
    coverage: float
    words: int


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The result of one search: passages best first, and the signals of the gate."""

    passages: tuple[Passage, ...]
    signals: Signals
