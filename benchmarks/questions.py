"""Questions with the pages that answer them, and what counts as a hit."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nexus_appliance.knowledge.passages import Passage


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `gold` holds (file, first PDF page, last PDF page) of every place that answers it."""

    id: str
    text: str
    answerable: bool
    gold: tuple[tuple[str, int, int], ...]

    def hit(self, file: str, page: int) -> bool:
        """Whether a page answers the question."""
        return any(file == name and first <= page <= last for name, first, last in self.gold)

    @property
    def files(self) -> frozenset[str]:
        """The files that answer the question."""
        return frozenset(name for name, _, _ in self.gold)

    def within(self, file: str, pages: range) -> bool:
        """Whether these pages of a file hold a whole answer."""
        return any(name == file and first in pages and last in pages for name, first, last in self.gold)

    def rank(self, passages: Iterable[Passage]) -> int | None:
        """The place from 1, counted in distinct pages, at which the first right page stands."""
        pages: dict[tuple[str, int], None] = {}
        for passage in passages:
            pages.setdefault((passage.file, passage.page))
        for place, (file, page) in enumerate(pages, 1):
            if self.hit(file, page):
                return place
        return None


def read_questions(path: Path) -> list[Question]:
    """Read a JSONL file of questions: id, question, answerable, gold."""
    return [_question(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _question(row: dict[str, object]) -> Question:
    gold = row["gold"]
    assert isinstance(gold, list)
    places = tuple((place["file"], place["page_start"], place["page_end"]) for place in gold)
    return Question(str(row["id"]), str(row["question"]), bool(row["answerable"]), places)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
