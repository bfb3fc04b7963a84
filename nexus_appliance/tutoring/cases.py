"""Questions with their answers and the pages that hold them: what an evaluation asks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nexus_appliance.errors import Failure, Invalid, Missing
from nexus_appliance.knowledge.passages import Passage


@dataclass(frozen=True, slots=True)
class Case:
    """A question; `gold` holds (file, first PDF page, last PDF page) of every place that answers it.

    `answers` are texts of which a right answer holds one; `kind` groups cases in a report.
    """

    id: str
    text: str
    answerable: bool
    gold: tuple[tuple[str, int, int], ...] = ()
    answers: tuple[str, ...] = ()
    kind: str = ""

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
        pages = dict.fromkeys((passage.file, passage.page) for passage in passages)
        return next((place for place, (file, page) in enumerate(pages, 1) if self.hit(file, page)), None)


def read_cases(path: Path) -> list[Case]:
    """Read JSONL with id, question, answerable, gold and optionally answers, kind; blank lines are passed over.

    Raises `Missing` (file_missing) and `Invalid` (questions_damaged, with the number of the line).
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise Missing(Failure.FILE_MISSING, file=path.name) from error
    except UnicodeDecodeError as error:
        raise Invalid(Failure.QUESTIONS_DAMAGED, line=0) from error
    cases = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                cases.append(_case(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Invalid(Failure.QUESTIONS_DAMAGED, line=number) from error
    return cases


def _case(row: dict[str, Any]) -> Case:
    return Case(
        id=str(row["id"]),
        text=str(row["question"]),
        answerable=bool(row["answerable"]),
        gold=tuple((str(place["file"]), int(place["page_start"]), int(place["page_end"])) for place in row["gold"]),
        answers=tuple(map(str, row.get("answers", ()))),
        kind=str(row.get("kind", "")),
    )
