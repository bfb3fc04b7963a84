"""One search in the packs of a subject: from the words of a question to passages."""

from collections import ChainMap
from collections.abc import Sequence

from nexus_appliance.curriculum.encoder import Encoder
from nexus_appliance.knowledge import evidence, ranking, retrieval
from nexus_appliance.knowledge.informal import formal
from nexus_appliance.knowledge.passages import Retrieval
from nexus_appliance.knowledge.ranking import Nearness, Question, Ranked
from nexus_appliance.knowledge.selection import select
from nexus_appliance.knowledge.shelf import ShelvedPack
from nexus_appliance.knowledge.signals import signals
from nexus_appliance.knowledge.vectors import VectorIndex
from nexus_appliance.knowledge.weights import Calibration
from nexus_appliance.knowledge.worth import worth


class Search:
    """A question with what words and vectors find for it in `packs`."""

    def __init__(self, packs: Sequence[ShelvedPack], vectors: VectorIndex, encoder: Encoder, text: str) -> None:
        """Raises `CollectionGone` after a sweep and `Unavailable` (encoder_gone)."""
        text = formal(text, ChainMap(*(pack.postings.vocabulary for pack in packs)))
        self.packs = packs
        self.question = Question.of(text, encoder.queries([text])[0], evidence.rarity(packs, text))
        self.found = retrieval.candidates(packs, vectors, encoder, self.question.vector, text)

    def ranked(self, calibration: Calibration) -> tuple[Ranked, Nearness | None]:
        """See `ranking.look_again`."""
        return ranking.look_again(self.packs, self.found, self.question, calibration)

    def passages(self, calibration: Calibration, limit: int, dense_weight: float | None = None) -> Retrieval:
        """The best `limit` passages; with a `dense_weight` they are ordered by the plain fusion alone."""
        if dense_weight is None:
            ranked, near = self.ranked(calibration)
        else:
            ranked, near = retrieval.fuse(self.found, dense_weight), None
        question = self.question
        passages = select(self.packs, ranked, question.wanted, limit)
        best = max((candidate.cosine for candidate in self.found), default=0.0)
        return Retrieval(
            passages,
            signals(question.text, question.wanted, best, passages),
            worth(question, passages, near, calibration),
            by_words=any(not pack.collection for pack in self.packs),
        )
