"""Fit what orders passages and what makes a sentence worth reading; write it beside the ranking.

    python -m benchmarks.fit_ranking --data DIR [--cache DIR]

Answerable questions of the full set without core_450 asked in the encyclopedia, and those of the Go book in the Go
book, which alone has headings and listings and weighs as `SHARE` says. Fitted once with the vectors of sentences and
once without. The shares of first places are of questions that took no part in fitting what they are judged by; how
often the best sentence holds the answer is told of the questions it was fitted on (four numbers from 2,541).
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from benchmarks.regression import FloatArray, choice, logistic
from benchmarks.results import write_results
from benchmarks.retrieval import GOLANG, HERE, VOLUMES
from benchmarks.shelves import Shelves, temporary_shelves
from nexus_appliance.knowledge import weights
from nexus_appliance.knowledge.evidence import cited_span
from nexus_appliance.knowledge.ranking import LOOKED_AT, passage_signs
from nexus_appliance.knowledge.retrieval import fuse
from nexus_appliance.knowledge.search import Search
from nexus_appliance.knowledge.weights import PASSAGE, SENTENCE, UNFITTED, Calibration
from nexus_appliance.knowledge.worth import sentence_signs
from nexus_appliance.tutoring.asking import SHOWN
from nexus_appliance.tutoring.cases import Case, read_cases
from nexus_appliance.tutoring.evaluation import holds_answer

SHARE = 0.15
"""Of the Go book's 45 questions in the sum that is fitted."""
FOLDS = 5
RIDGE = 0.001
LEFT_OUT: dict[str, tuple[str, ...]] = {"near": (), "plain": ("near", "near_fitting")}
"""Signs of passages that are not used: without the vectors of sentences there is no nearness."""

Stored = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Looked:
    """One question: the signs of its candidates (`LOOKED_AT`, k), which are right, and whose book it is about."""

    signs: FloatArray
    right: FloatArray
    of_go: bool


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.fit_ranking")
    arguments.add_argument("--data", type=Path, help="the folder of the developers' set")
    arguments.add_argument("--cache", type=Path, default=Path(gettempdir()) / "nexus-benchmarks")
    given = arguments.parse_args()
    if given.data is None:
        print("benchmarks.fit_ranking: not run (give --data DIR)")
        return
    with temporary_shelves(given.cache) as shelves:
        encoder = shelves.encoder.identity
        stored, figures = fit(shelves, given.data)
    target = Path(weights.__file__).parent / "calibration" / f"{encoder.id}.ranking.json"
    target.write_text(json.dumps({"encoder": encoder.key, **stored}, indent=1) + "\n", "utf-8")
    write_results("fit_ranking", figures)


def fit(shelves: Shelves, data: Path) -> tuple[dict[str, Stored], dict[str, object]]:
    """The weights, and the shares of questions whose page comes first and whose best sentence holds the answer."""
    reserved = {case.id for case in read_cases(data / "qa" / "core_450.jsonl")}
    cases = read_cases(data / "qa" / "questions_ensiklopedia_pages.jsonl")
    usable = [case for case in cases if case.answerable and case.id not in reserved]
    encyclopedia = shelves.add("literasi", [data / "corpus" / name for name in VOLUMES])
    golang = shelves.add("golang", [data / "corpus" / GOLANG])
    about_go = read_cases(HERE / "questions_golang.jsonl")
    searches = [(_search(shelves, encyclopedia, case), case) for case in usable]
    in_go = [(_search(shelves, golang, case), case) for case in about_go]
    looked = [_looked(search, case, False) for search, case in searches] + [_looked(*one, True) for one in in_go]
    stored: dict[str, Stored] = {}
    figures: dict[str, object] = {"questions": {"encyclopedia": len(usable), "golang": len(in_go)}}
    for name, left_out in LEFT_OUT.items():
        used = [place for place, sign in enumerate(PASSAGE) if sign not in left_out]
        passage = _passage_weights(looked, used)
        figures[f"page first, {name}"] = _by_folds(looked, used)
        half = {"passage": _named(PASSAGE, passage), "sentence": UNFITTED["sentence"]}
        calibration = Calibration.read({"near": half, "plain": half})
        sentence, held = _sentence_weights(searches, calibration, vectors=name == "near")
        figures[f"best sentence holds the answer, {name}"] = held
        stored[name] = {"passage": _named(PASSAGE, passage), "sentence": _named(SENTENCE, sentence)}
    return stored, figures


def _search(shelves: Shelves, subject: int, case: Case) -> Search:
    library = shelves.library
    return Search(library._active(subject), library._vectors, shelves.encoder, case.text)


def _looked(search: Search, case: Case, of_go: bool) -> Looked:
    """A question's candidates as the second look sees them, filled up with none at all."""
    first = [candidate for candidate, _ in fuse(search.found)[:LOOKED_AT]]
    _, near = search.ranked(Calibration.read({"near": UNFITTED, "plain": UNFITTED}))
    signs = np.zeros((LOOKED_AT, len(PASSAGE)))
    signs[: len(first)] = passage_signs(search.packs, search.found, first, search.question, near or {})
    right = np.zeros(LOOKED_AT)
    for place, candidate in enumerate(first):
        pack = search.packs[candidate.place[0]]
        span = cited_span(pack.parts(candidate.place[1]), search.question.wanted)
        right[place] = case.hit(pack.filename, span.page)
    return Looked(signs, right, of_go)


def _passage_weights(looked: Sequence[Looked], used: Sequence[int]) -> FloatArray:
    """The weights of all signs; those that are not used are 0."""
    usable = [one for one in looked if one.right.any()]
    of_go = np.array([one.of_go for one in usable])
    share = np.where(of_go, SHARE / of_go.mean(), (1 - SHARE) / (1 - of_go.mean()))
    signs, right = np.array([one.signs[:, used] for one in usable]), np.array([one.right for one in usable])
    found = np.zeros(len(PASSAGE))
    found[used] = choice(signs, right, share, RIDGE)
    return found


def _by_folds(looked: Sequence[Looked], used: Sequence[int]) -> dict[str, float]:
    """The share of first places in each book; each question by weights that were fitted without it."""
    folds = np.arange(len(looked)) % FOLDS
    first = np.zeros(len(looked))
    for fold in range(FOLDS):
        found = _passage_weights([one for one, of in zip(looked, folds, strict=True) if of != fold], used)
        for place in np.flatnonzero(folds == fold):
            first[place] = looked[int(place)].right[int(np.argmax(looked[int(place)].signs @ found))]
    of_go = np.array([one.of_go for one in looked])
    return {"encyclopedia": float(first[~of_go].mean().round(4)), "golang": float(first[of_go].mean().round(4))}


def _sentence_weights(
    searches: Sequence[tuple[Search, Case]], calibration: Calibration, *, vectors: bool
) -> tuple[FloatArray, float]:
    """Weights of the signs of a sentence that holds the answer, and how often the best of a question then does."""
    rows, labels = [], []
    for search, case in searches:
        found = search.passages(calibration, SHOWN).passages
        _, near = search.ranked(calibration)
        texts, signs = sentence_signs(search.question, found, (near or {}) if vectors else {})
        rows.append(signs)
        labels.append(np.array([holds_answer(text, case.answers) for text in texts], np.float64))
    kept = np.concatenate(labels)
    found_weights, _ = logistic(np.concatenate(rows), kept, np.ones(len(kept)), RIDGE)
    best = [label[int(np.argmax(signs @ found_weights))] for signs, label in zip(rows, labels, strict=True)]
    return found_weights, round(float(np.mean(best)), 4)


def _named(names: Sequence[str], values: FloatArray) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True) if value}


if __name__ == "__main__":
    main()
