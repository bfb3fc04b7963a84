"""Fit the gate's calibration for the appliance's encoder and write it beside the gate.

    python -m benchmarks.fit_gate --data DIR [--cache DIR]

Positives: answerable questions of the full set without core_450, asked in the encyclopedia. Negatives: the same asked
in the Go book. Both again in small subjects of `SMALL` chunks drawn from those books, with and without the chunk that
answers, so that the calibration holds for a thin booklet as for a shelf.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from benchmarks.regression import logistic
from benchmarks.retrieval import GOLANG, VOLUMES
from benchmarks.shelves import Shelves, temporary_shelves
from nexus_appliance.knowledge import gate
from nexus_appliance.knowledge.passages import Signals
from nexus_appliance.tutoring.cases import Case, read_cases

QUESTIONS = 600
SMALL = 60
SMALL_SUBJECTS = 8
RIDGE = 0.01
"""Penalty on the weights of the standardised features; there are a thousand times more examples than features."""
LEAK = 0.02
"""Share of the Go book's negatives that the threshold lets through; the product allows 0.05."""

Example = tuple[Signals, bool]


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.fit_gate")
    arguments.add_argument("--data", type=Path, help="the folder of the developers' set")
    arguments.add_argument("--cache", type=Path, default=Path(gettempdir()) / "nexus-benchmarks")
    given = arguments.parse_args()
    if given.data is None:
        print("benchmarks.fit_gate: not run (give --data DIR)")
        return
    with temporary_shelves(given.cache) as shelves:
        encoder = shelves.encoder.identity
        large, foreign, small = gather(shelves, given.data)
    calibration = fit([*large, *foreign, *small], [signals for signals, _ in foreign])
    chosen = gate.Gate.read(calibration)
    for name, examples in (("encyclopedia", large), ("golang", foreign), ("small subjects", small)):
        for label in (True, False):
            signals = [one for one, answered in examples if answered is label]
            if signals:
                passed = sum(map(chosen.passes, signals)) / len(signals)
                print(f"{name}: {len(signals)} that {'should' if label else 'should not'} pass, {passed:.3f} do")
    target = Path(gate.__file__).parent / "calibration" / f"{encoder.id}.json"
    target.write_text(json.dumps({"encoder": encoder.key, **calibration}, indent=2) + "\n", "utf-8")
    print(target.read_text("utf-8"))


def gather(shelves: Shelves, data: Path) -> tuple[list[Example], list[Example], list[Example]]:
    """Examples of the encyclopedia, of the Go book, and of small subjects; core_450 takes no part."""
    reserved = {question.id for question in read_cases(data / "qa" / "core_450.jsonl")}
    every = read_cases(data / "qa" / "questions_ensiklopedia_pages.jsonl")
    usable = [question for question in every if question.answerable and question.id not in reserved]
    chance = random.Random(1)
    sample = chance.sample(usable, QUESTIONS)
    volumes, golang = [data / "corpus" / name for name in VOLUMES], data / "corpus" / GOLANG
    encyclopedia = shelves.add("literasi", volumes)
    large = [(signals, True) for signals in _ask(shelves, encyclopedia, sample)]
    foreign = [(signals, False) for signals in _ask(shelves, shelves.add("golang", [golang]), sample)]
    small: list[Example] = []
    for number in range(SMALL_SUBJECTS):
        book = chance.choice([*volumes, golang])
        subject, pages = shelves.add_part(f"kecil{number}", book, SMALL, chance)
        inside = [question for question in usable if question.within(book.name, pages)]
        outside = chance.sample([question for question in usable if book.name not in question.files], SMALL)
        small += [(signals, True) for signals in _ask(shelves, subject, inside)]
        small += [(signals, False) for signals in _ask(shelves, subject, outside)]
    return large, foreign, small


def fit(examples: Sequence[Example], refused: Sequence[Signals]) -> dict[str, object]:
    """Weights, bias and threshold; both classes weigh the same."""
    features = np.array([gate.features(signals) for signals, _ in examples])
    labels = np.array([float(answered) for _, answered in examples])
    share = np.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    weights, bias = logistic(features, labels, share, RIDGE)
    found = gate.Gate(tuple(map(float, weights)), bias, 0.5)
    leaked = sorted((found.probability(signals) for signals in refused), reverse=True)[int(LEAK * len(refused))]
    return {
        "weights": {name: round(float(weight), 4) for name, weight in zip(gate.FEATURES, weights, strict=True)},
        "bias": round(bias, 4),
        "threshold": round(leaked, 4),
    }


def _ask(shelves: Shelves, subject: int, questions: Sequence[Case]) -> list[Signals]:
    return [shelves.library.search(subject, question.text).signals for question in questions]


if __name__ == "__main__":
    main()
