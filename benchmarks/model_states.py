"""What the model shows for questions whose answers are known: its states and answers, kept between runs."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.retrieval import GOLANG, HERE, VOLUMES
from benchmarks.shelves import Shelves
from nexus_appliance.config import Config
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.language_model import Settings, Writing, Written
from nexus_appliance.inference.local_model import LocalModel
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.knowledge.passages import Retrieval, Signals
from nexus_appliance.tutoring.asking import SHOWN
from nexus_appliance.tutoring.cases import Case, read_cases
from nexus_appliance.tutoring.evaluation import holds_answer
from nexus_appliance.tutoring.excerpts import excerpts
from nexus_appliance.tutoring.marks import doubtful_share, marked
from nexus_appliance.tutoring.prompts import STOP, SYSTEM, compose
from nexus_appliance.tutoring.support import Passages
from nexus_appliance.tutoring.tidy import tidy

ASKS = "\n\nApakah kutipan di atas memuat jawaban pertanyaan itu? Jawab Ya atau Tidak."
"""What the model is asked behind the question; the state in which it is about to answer is what the probe reads."""

BUDGET = 800
"""Characters of excerpts, as on a machine that reads 75 tokens a second."""

ANSWERED = (110, 55)
"""Answerable and unanswerable questions of the encyclopedia that are also answered: about 3 s each."""


@dataclass(slots=True)
class Shown:
    """One question: what the books gave, and if the model was asked its state (dimensions,) and its answer."""

    case: Case
    signals: Signals
    retrieval: Retrieval
    state: list[float] = field(default_factory=list)
    text: str | None = None
    certainty: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the answer holds one of the case's."""
        return self.case.answerable and holds_answer(self.text or "", self.case.answers)

    @property
    def doubtful(self) -> float:
        """The share of the answer's sentences that no passage holds."""
        texts = [passage.text for passage in self.retrieval.passages[:SHOWN]]
        return doubtful_share(marked(tidy(self.text or "", cut=False), Passages(texts, self.case.text)))


def show(shelves: Shelves, data: Path, cache: Path, count: int) -> tuple[list[Shown], list[Shown]]:
    """Every question searched, and `count` of the encyclopedia and all of the Go book asked; core_450 takes no part."""
    reserved = {case.id for case in read_cases(data / "qa" / "core_450.jsonl")}
    cases = read_cases(data / "qa" / "questions_ensiklopedia_pages.jsonl")
    usable = [case for case in cases if case.id not in reserved and case.kind != "unans_model"]
    encyclopedia = shelves.add("literasi", [data / "corpus" / name for name in VOLUMES])
    golang = shelves.add("golang", [data / "corpus" / GOLANG])
    searched = {case.id: _searched(shelves, encyclopedia, case) for case in usable}
    go = [_searched(shelves, golang, case) for case in read_cases(HERE / "questions_golang.jsonl")]
    chosen = [searched[case.id] for case in _alternating(usable)[:count]]
    with _Model() as model:
        model.fill([*chosen, *go], cache, "states", model.state)
        model.fill(_answered(chosen), cache, "answers", model.answer)
    return list(searched.values()), [*chosen, *go]


def _searched(shelves: Shelves, subject: int, case: Case) -> Shown:
    found = shelves.library.search(subject, case.text)
    return Shown(case, found.signals, found)


def _alternating(cases: Sequence[Case]) -> list[Case]:
    """An answerable question, an unanswerable one, and so on, in a repeatable order."""
    chance = random.Random(21)
    answerable = [case for case in cases if case.answerable]
    others = [case for case in cases if not case.answerable]
    chance.shuffle(answerable)
    chance.shuffle(others)
    return [case for pair in zip(answerable, others, strict=False) for case in pair]


def _answered(chosen: Sequence[Shown]) -> list[Shown]:
    answerable, others = ([one for one in chosen if one.case.answerable is label] for label in (True, False))
    return [*answerable[: ANSWERED[0]], *others[: ANSWERED[1]]]


class _Model:
    """The default model, loaded when something is missing that only it can tell."""

    def __init__(self) -> None:
        self._config = Config()
        self._chosen = catalogue.chosen(self._config)
        self._loaded: LocalModel | None = None

    def __enter__(self) -> "_Model":
        return self

    def __exit__(self, *_: object) -> None:
        if self._loaded:
            self._loaded.close()

    def fill(self, shown: Sequence[Shown], cache: Path, name: str, ask: Callable[[Shown], dict[str, object]]) -> None:
        """Set what `ask` gives for each question, from a file in the cache where it is known."""
        file = cache / f"{name}_{self._chosen.sha256[:12]}.jsonl"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        known = {(row.pop("id"), row.pop("prompt")): row for row in map(json.loads, lines)}
        missing = [one for one in shown if _key(one) not in known]
        with file.open("a", encoding="utf-8") as out:
            for number, one in enumerate(missing, 1):
                found = known[_key(one)] = ask(one)
                out.write(json.dumps({**dict(zip(("id", "prompt"), _key(one), strict=True)), **found}) + "\n")
                out.flush()
                if number % 20 == 0:
                    print(f"  {number} of {len(missing)} {name}", flush=True)
        for one in shown:
            for field_name, value in known[_key(one)].items():
                setattr(one, field_name, value)

    def state(self, one: Shown) -> dict[str, object]:
        """The model's state when it is asked whether the excerpts answer."""
        state = np.asarray(self._model().state(_prompt(one), ASKS), np.float64)
        return {"state": [float(f"{value:.5g}") for value in state]}

    def answer(self, one: Shown) -> dict[str, object]:
        """Its answer and how certain it was."""
        *steps, written = self._model().generate(_prompt(one), Settings(self._config.answer_tokens, STOP))
        assert isinstance(written, Written)
        return {
            "text": "".join(step.text for step in steps if isinstance(step, Writing)),
            "certainty": written.certainty,
        }

    def _model(self) -> LocalModel:
        if self._loaded is None:
            path, family = catalogue.locate(self._config), self._chosen.template
            self._loaded = LocalModel(path, family, context=2048, threads=0, system=SYSTEM)
        return self._loaded


def _key(one: Shown) -> tuple[str, str]:
    """What an answer of the model hangs on beside the model: the question, and all that is read for it."""
    prompt = _prompt(one)
    return one.case.id, hashlib.sha256(f"{prompt.system}\n{prompt.user}\n{ASKS}".encode()).hexdigest()[:16]


def _prompt(one: Shown) -> Prompt:
    texts = [passage.text for passage in one.retrieval.passages[:SHOWN]]
    return compose(excerpts(texts, one.retrieval.worth, BUDGET), one.case.text)
