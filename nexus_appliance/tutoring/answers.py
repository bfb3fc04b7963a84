"""What a student is shown for one question: citations first, then text, at the end one answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from nexus_appliance.knowledge.passages import Passage


@dataclass(frozen=True, slots=True)
class Citation:
    """One numbered passage; `page_pdf` counts from 1, `page_printed` is None when unknown.

    `key` names the passage for the picture of its page; empty in what was recorded before there were pictures. With
    `note` it is a teacher's note: its section is the question, and there is no page.
    """

    number: int
    book: str
    file: str
    page_pdf: int
    page_printed: str | None
    section: str
    text: str
    score: float
    key: str = ""
    note: bool = False

    @classmethod
    def of(cls, number: int, passage: Passage) -> "Citation":
        """The citation of a retrieved passage; every value comes from the passage."""
        return cls(
            number=number,
            book=passage.book,
            file=passage.file,
            page_pdf=passage.page,
            page_printed=passage.printed,
            section=passage.section,
            text=passage.text,
            score=round(passage.score, 4),
            key=passage.key,
            note=passage.note,
        )

    def plain(self) -> dict[str, Any]:
        """The citation as plain values, as it is stored and printed."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Cited:
    """The citations are known, or have another order now.

    `refused` tells that they are only the nearest pages, `topic` what a `Turn` keeps, `by_words` that words alone found
    what is in some of the books, `earlier` the question that was asked before and whose answer follows.
    """

    citations: tuple[Citation, ...]
    refused: bool
    topic: str = ""
    by_words: bool = False
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """The question waits for the model: position from 1, or 0 when it is read already; seconds until the first word."""

    position: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Extract:
    """Sentences of the book that say most, for whoever has to wait; the answer replaces them when it comes."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """More text of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Comparing:
    """The text is whole; two passages that stand close are read once more, which takes a few seconds."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """The model worker was restarted: forget the text so far, it comes again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer. `outcome` is answered, refused, passages (the model is gone), extract or stopped.

    extract: the answer did not come before the student went on, and what stood in its place is the text.

    `text`: what the model wrote, marked, and below it what `quotes` takes from the book.
    `confidence` (0..1): how likely the text is right; of a refusal how likely the books could have answered after all.
    `answerable` (0..1): how likely the pages answer, by which it was decided. `timings_ms` holds retrieval, queue,
    first_token and total (until the text was whole) in milliseconds; `turn` is the row of the history, 0 where none was
    written.
    """

    text: str
    outcome: str
    confidence: float
    citations: tuple[Citation, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)
    answerable: float = 0.0
    turn: int = 0

    @property
    def refused(self) -> bool:
        """Whether the books do not answer the question."""
        return self.outcome == "refused"


AnswerEvent = Cited | Queued | Extract | Text | Comparing | Cleared | Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation; `topic` is the question with what it referred to filled in."""

    topic: str
    answer: str
    citations: tuple[Citation, ...]
    refused: bool


def cite(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """Number the passages from 1."""
    return tuple(Citation.of(number, passage) for number, passage in enumerate(passages, start=1))
