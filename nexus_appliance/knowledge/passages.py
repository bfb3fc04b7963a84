"""What a search gives: passages, best first, and the numbers the gate decides by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One window of a book that may hold the answer.

    `page` is the PDF page (from 1) on which most of the window lies, `printed` the number printed there (None when
    unknown). `score` orders passages of one search and means nothing across searches; `cosine` is between question
    and window; `key` names the window in this pack version for ever.
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
    """How well a subject's books match a question; every number is meant to be stable over the size of the books.

    `cosine`: of the best window. `lift`: by how much it exceeds the mean cosine of the question to all windows that
    the dense search gave. `coverage`: the largest share of the question's content words found in one passage.
    `known`: the share of the question's content words that occur anywhere in the subject. `words`: how many content
    words the question has.
    """

    cosine: float
    lift: float
    coverage: float
    known: float
    words: int


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The result of one search: passages best first, and the signals of the gate."""

    passages: tuple[Passage, ...]
    signals: Signals
