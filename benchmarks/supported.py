"""Fit which sentences of an answer may stand without a mark of doubt.

Whether the passages say what a sentence claims was judged by readers: `sentences_labelled.jsonl` has the case's id, the
beginning of the sentence's sha256 and the verdict. Sentences that nobody has read take no part.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from benchmarks.model_states import Shown
from benchmarks.regression import BoolArray, FloatArray, logistic
from nexus_appliance.tutoring.support import Alignment

LABELS = Path(__file__).parent / "sentences_labelled.jsonl"
SIGNS = (*(field.name for field in fields(Alignment)), "answerable", "support")
RIDGE = 0.05
FOLDS = 8
UNMARKED = 0.015
"""Share of the sentences shown that may be unsupported and bear no mark; the product allows 0.02."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """All sentences of the answers: `of` tells whose, `ruled` which are doubtful whatever is fitted."""

    signs: FloatArray
    labels: FloatArray
    ruled: FloatArray
    of: FloatArray


def verdicts(answers: Sequence[Shown]) -> FloatArray:
    """For each answer 1 where all its sentences are supported, 0 where one is not, nan where nobody read it."""
    known = _labels()
    found = []
    for one in answers:
        read = [known.get((one.case.id, digest(sentence))) for sentence in one.sentences]
        found.append(np.nan if None in read or not read else float(all(read)))
    return np.array(found)


def gather(answers: Sequence[Shown], answerable: FloatArray, support: FloatArray) -> Sentences:
    """The labelled sentences.

    `answerable` and `support` (log-odds, one for each answer) by whatever took no part in their fit.
    """
    known = _labels()
    signs, labels, ruled, of = [], [], [], []
    for number, one in enumerate(answers):
        passages = one.passages
        for sentence in one.sentences:
            if (label := known.get((one.case.id, digest(sentence)))) is not None:
                signs.append((*astuple(passages.alignment(sentence)), answerable[number], support[number]))
                labels.append(float(label))
                ruled.append(float(passages.doubtful(sentence)))
                of.append(float(number))
    return Sentences(np.array(signs), np.array(labels), np.array(ruled), np.array(of))


def _labels() -> dict[tuple[str, str], bool]:
    return {(row["id"], row["sha256"]): row["supported"] for row in map(json.loads, LABELS.open(encoding="utf-8"))}


def digest(sentence: str) -> str:
    """How a sentence is known in the file of labels."""
    return hashlib.sha256(sentence.strip().encode()).hexdigest()[:16]


def by_folds(said: Sentences, share: FloatArray) -> FloatArray:
    """How likely each sentence is supported, by a fit without its answer; `share` weighs the answers."""
    folds = said.of % FOLDS
    likely = np.zeros(len(said.of))
    for fold in range(FOLDS):
        weights, bias = fitted(said, share, folds != fold)
        likely[folds == fold] = 1 / (1 + np.exp(-said.signs[folds == fold] @ weights - bias))
    return likely


def fitted(said: Sentences, share: FloatArray, used: BoolArray) -> tuple[FloatArray, float]:
    """Weights and bias of the sentences that are `used` (a mask)."""
    return logistic(said.signs[used], said.labels[used], share[said.of[used].astype(int)], RIDGE)


def threshold(said: Sentences, likely: FloatArray, shown: FloatArray) -> float:
    """The least likelihood from which sentences go unmarked with at most `UNMARKED` unsupported ones among all.

    `shown` weighs the sentences; 0 for those of answers that are declined.
    """
    allowed = UNMARKED * shown.sum()
    wrong = shown * (1 - said.labels) * (1 - said.ruled)
    for least in np.sort(likely):
        if wrong[likely >= least].sum() <= allowed:
            return float(least)
    return 1.0
