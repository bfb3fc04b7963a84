"""Measure whether the page that answers comes first, and whether the gate keeps questions of other subjects out.

    python -m benchmarks.retrieval --data DIR [--cache DIR]

Ingests the three encyclopedia volumes, the Go book and the demo book of this project into temporary subjects, by the
path that the appliance takes, asks them their questions and writes benchmarks/results/retrieval.json.
"""

import argparse
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from benchmarks.results import write_results
from benchmarks.shelves import Shelves, temporary_shelves
from nexus_appliance.knowledge.gate import Gate
from nexus_appliance.knowledge.passages import Retrieval
from nexus_appliance.knowledge.retrieval import DENSE_WEIGHT
from nexus_appliance.tutoring.cases import Case, read_cases
from nexus_appliance.tutoring.evaluation import percentile

HERE = Path(__file__).parent
DEMO = HERE.parent / "assets" / "demo"
VOLUMES = ("ensiklopedia_dev_1.pdf", "ensiklopedia_dev_2.pdf", "ensiklopedia_dev_3.pdf")
GOLANG = "golang_dasar_a.pdf"
LIMIT = 8
"""Passages of a search, as the student's page asks for."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a subject gave for a list of questions, and the seconds of each."""

    questions: Sequence[Case]
    retrievals: Sequence[Retrieval]
    seconds: Sequence[float]

    def figures(self) -> dict[str, float]:
        """Share of questions whose page comes first and among five distinct pages, MRR over pages, latency."""
        ranks = [asked.rank(found.passages) for asked, found in zip(self.questions, self.retrievals, strict=True)]
        return {
            "page_at_1": _share(rank == 1 for rank in ranks),
            "page_at_5": _share(rank is not None and rank <= 5 for rank in ranks),
            "mrr": round(sum(1 / rank for rank in ranks if rank) / len(ranks), 4),
            "p50_ms": percentile([1000 * one for one in self.seconds], 0.5) or 0.0,
            "p95_ms": percentile([1000 * one for one in self.seconds], 0.95) or 0.0,
        }

    def passed(self, gate: Gate) -> float:
        """The share that the gate lets through to the language model."""
        return _share(gate.passes(found.signals) for found in self.retrievals)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.retrieval")
    arguments.add_argument("--data", type=Path, help="the folder of the developers' set")
    arguments.add_argument("--cache", type=Path, default=Path(gettempdir()) / "nexus-benchmarks")
    given = arguments.parse_args()
    if given.data is None:
        print("benchmarks.retrieval: not run (give --data DIR)")
        return
    load = os.getloadavg()[0]
    with temporary_shelves(given.cache) as shelves:
        write_results("retrieval", measure(shelves, given.data), load)


def measure(shelves: Shelves, data: Path) -> dict[str, object]:
    """All figures of one run."""
    corpus = data / "corpus"
    encyclopedia = shelves.add("literasi", [corpus / name for name in VOLUMES])
    golang = shelves.add("golang", [corpus / GOLANG])
    demo = shelves.add("informatika", [DEMO / "informatika_10.pdf"])
    core = [asked for asked in read_cases(data / "qa" / "core_450.jsonl") if asked.answerable]
    about_go = read_cases(HERE / "questions_golang.jsonl")
    of_demo = read_cases(DEMO / "questions.jsonl")
    about_demo = [asked for asked in of_demo if asked.answerable]
    beside_demo = [asked for asked in of_demo if not asked.answerable]
    hybrid, in_go = ask(shelves, encyclopedia, core), ask(shelves, golang, about_go)
    in_demo = ask(shelves, demo, about_demo)
    gate = Gate.of(shelves.encoder.identity.id)
    return {
        "encoder": shelves.encoder.identity.key,
        "windows": {"encyclopedia": shelves.windows(encyclopedia), "golang": shelves.windows(golang)},
        "core_450 in the encyclopedia": {
            "hybrid": hybrid.figures(),
            "hybrid without a second look": ask(shelves, encyclopedia, core, DENSE_WEIGHT).figures(),
            "dense": ask(shelves, encyclopedia, core, 1.0).figures(),
            "bm25": ask(shelves, encyclopedia, core, 0.0).figures(),
        },
        "golang": in_go.figures(),
        "golang without a second look": ask(shelves, golang, about_go, DENSE_WEIGHT).figures(),
        "demo": in_demo.figures(),
        "share that passes the gate": {
            "core_450 in the encyclopedia (should pass)": hybrid.passed(gate),
            "golang in golang (should pass)": in_go.passed(gate),
            "demo in demo (should pass)": in_demo.passed(gate),
            "core_450 in golang (should not)": ask(shelves, golang, core).passed(gate),
            "core_450 in demo (should not)": ask(shelves, demo, core).passed(gate),
            "golang in the encyclopedia (should not)": ask(shelves, encyclopedia, about_go).passed(gate),
            "unanswerable of demo in demo (should not)": ask(shelves, demo, beside_demo).passed(gate),
        },
    }


def ask(shelves: Shelves, subject: int, questions: Sequence[Case], dense_weight: float | None = None) -> Answers:
    """Ask one question after the other, as a single student would."""
    retrievals, seconds = [], []
    for question in questions:
        start = time.perf_counter()
        retrievals.append(shelves.library.search(subject, question.text, LIMIT, dense_weight))
        seconds.append(time.perf_counter() - start)
    return Answers(questions, retrievals, seconds)


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return round(sum(found) / len(found), 4) if found else 0.0


if __name__ == "__main__":
    main()
