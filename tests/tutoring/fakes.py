"""A library and a scheduler that say what a test wrote down."""

from collections.abc import AsyncGenerator, Mapping, Sequence

from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.inference.scheduler import Event, Finished, Request, WorkerStatus
from nexus_appliance.knowledge.gate import Gate
from nexus_appliance.knowledge.logistic import Logistic, probability
from nexus_appliance.knowledge.passages import Passage, Retrieval, Signals
from nexus_appliance.tutoring.confidence import Confidence
from nexus_appliance.tutoring.pairs import NOTHING_PASSES

OPEN_GATE = Gate(weights=(0.0, 0.0), bias=2.0, threshold=0.5)
SHUT_GATE = Gate(weights=(0.0, 0.0), bias=-2.0, threshold=0.5)

EVEN = Confidence(
    signals=Logistic({}, 0.0),
    answerable=Logistic({"signals": 0.0, "evidence": 1.0}, 0.0),
    supported=Logistic({"held": 1.0}, 0.0),
    right=Logistic({"answerable": 1.0, "support": 1.0, "certainty": 1.0, "doubtful": -1.0}, 0.0),
    leads=Logistic({"score": 1.0, "said": 1.0}, 0.0),
    second=Logistic({"difference": 1.0, "margin": -1.0}, 0.0),
    least=probability(-2.0),
    trusted=0.5,
    close=0.5,
)
"""Takes the model's evidence as it is."""


def passage(page: int, text: str) -> Passage:
    return Passage(
        1, "Informatika", "informatika.pdf", page, str(page - 3), f"Bagian {page}", text, 1.0, 0.9, str(page)
    )


PASSAGES = (passage(8, "Algoritma adalah urutan langkah logis."), passage(9, "Diagram alir memakai simbol."))


class ShelfOfPassages:
    """A `Library` that finds the same passages for every question and remembers what it was asked."""

    def __init__(self, passages: Sequence[Passage] = PASSAGES) -> None:
        self.passages = tuple(passages)
        self.worth: dict[str, float] = {}
        self.asked: list[str] = []

    def search(self, subject_id: int, question: str, limit: int = 8) -> Retrieval:
        self.asked.append(question)
        return Retrieval(self.passages[:limit], Signals(cosine=0.9, coverage=1.0, words=3), self.worth)


class ScriptedScheduler:
    """A `Scheduler` that streams the events it was given, then fails if told so; notes requests and leavers.

    A reading of one excerpt shows the `evidence` of the first text in it that is known.
    """

    def __init__(
        self,
        events: Sequence[Event] = (),
        failure: Failure | None = None,
        evidence: Mapping[str, float] | None = None,
        *,
        waiting: int = 0,
    ) -> None:
        self.events = tuple(events)
        self.failure = failure
        self.evidence = evidence or {}
        self.waiting = waiting
        self.readings: list[Request] = []
        self.requests: list[Request] = []
        self.closed = 0

    def passage_characters(self, question: str) -> int:
        return 1200

    def answer_tokens(self) -> int:
        return 200

    def status(self) -> WorkerStatus:
        return WorkerStatus("ready", "scripted", 100.0, 10.0, self.waiting)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        if request.least_evidence == NOTHING_PASSES:
            self.readings.append(request)
            shown = next((value for text, value in self.evidence.items() if text in request.prompt.user), None)
            if shown is None:
                raise Unavailable(Failure.MODEL_GONE)
            yield Finished("declined", 100, 0, evidence=shown)
            return
        self.requests.append(request)
        try:
            for event in self.events:
                yield event
            if self.failure:
                raise Unavailable(self.failure)
        finally:
            self.closed += 1
