"""Fit which sentences of an answer may stand without a mark of doubt.

A sentence counts as supported when it says nothing that the book does not say in one place, or when it holds the right
answer. Of an answerable question the first is rare without the second; of an unanswerable one it is a fact of the book
beside the question.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from benchmarks.model_states import Shown
from benchmarks.regression import BoolArray, FloatArray, logistic
from nexus_appliance.tutoring.evaluation import holds_answer
from nexus_appliance.tutoring.support import Alignment

SIGNS = (*(field.name for field in fields(Alignment)), "answerable", "certainty")
RIDGE = 0.01
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


def gather(answers: Sequence[Shown], answerable: FloatArray) -> Sentences:
    """The sentences of `answers`; `answerable` (log-odds, one for each) by whatever took no part in their fit."""
    signs, labels, ruled, of = [], [], [], []
    for number, one in enumerate(answers):
        passages = one.passages
        for sentence in one.sentences:
            alignment = passages.alignment(sentence)
            signs.append((*astuple(alignment), answerable[number], one.certainty))
            right = one.case.answerable and holds_answer(sentence, one.case.answers)
            labels.append(float(alignment.copied or right))
            ruled.append(float(passages.doubtful(sentence)))
            of.append(float(number))
    return Sentences(np.array(signs), np.array(labels), np.array(ruled), np.array(of))


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
