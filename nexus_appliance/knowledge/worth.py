"""How much each sentence of the first passages helps to answer: what of them is worth the model's time."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nexus_appliance.knowledge.asked import holds
from nexus_appliance.knowledge.evidence import EVIDENCE, coverage
from nexus_appliance.knowledge.passages import Passage
from nexus_appliance.knowledge.ranking import Nearness, Question
from nexus_appliance.knowledge.retrieval import standardise
from nexus_appliance.knowledge.sentence_vectors import units
from nexus_appliance.knowledge.weights import SENTENCE, Calibration


def worth(
    question: Question, passages: Sequence[Passage], near: Nearness | None, calibration: Calibration
) -> Mapping[str, float]:
    """A number for each sentence (`units`) of the first passages: the higher, the sooner it should be read."""
    texts, signs = sentence_signs(question, passages[:EVIDENCE], near or {})
    weights = (calibration.plain if near is None else calibration.near).sentence
    return dict(zip(reversed(texts), reversed((signs @ weights).tolist()), strict=True))


def sentence_signs(
    question: Question, passages: Sequence[Passage], near: Nearness
) -> tuple[list[str], NDArray[np.float64]]:
    """All sentences of the passages, and their signs (n, len(SENTENCE)) in the order of `SENTENCE`.

    `near`: the cosine as a z-score among these sentences; `coverage`: the share of the question's words, by rarity;
    `fitting`: whether it holds the kind of thing asked for; `passage`: how far its passage's score is behind the
    first one's (0 or less).
    """
    texts: list[str] = []
    rows: list[tuple[float, ...]] = []
    for passage in passages:
        behind = passage.score - passages[0].score
        for sentence in units(passage.text):
            fits = holds(question.kind, sentence, question.wanted)
            texts.append(sentence)
            rows.append((coverage(question.wanted, sentence), float(fits), behind))
    known = [near[text] for text in texts if text in near]
    usual = float(np.mean(known)) if known else 0.0
    cosines = standardise([near.get(text, usual) for text in texts])
    return texts, np.column_stack([cosines, np.array(rows).reshape(-1, len(SENTENCE) - 1)])
