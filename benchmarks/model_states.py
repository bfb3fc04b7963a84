"""What the model shows for questions whose answers are known: its states and answers, kept between runs."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np

from benchmarks.model_speed import load
from benchmarks.retrieval import GOLANG, HERE, VOLUMES
from benchmarks.shelves import Shelves
from nexus_appliance.config import Config
from nexus_appliance.inference import catalogue
from nexus_appliance.inference.language_model import Settings, Writing, Written
from nexus_appliance.inference.local_model import LocalModel
from nexus_appliance.inference.probe import Probe, Probes
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.sampling import Logits
from nexus_appliance.knowledge.passages import Retrieval, Signals
from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.knowledge.tokens import content_words
from nexus_appliance.tutoring.asking import SHOWN
from nexus_appliance.tutoring.cases import Case, read_cases
from nexus_appliance.tutoring.evaluation import holds_answer
from nexus_appliance.tutoring.excerpts import focus, reading
from nexus_appliance.tutoring.marks import DOUBT
from nexus_appliance.tutoring.pairs import NOTHING_PASSES, Pair
from nexus_appliance.tutoring.prompts import STOP, SYSTEM, compose
from nexus_appliance.tutoring.quotes import with_quotation
from nexus_appliance.tutoring.support import Passages
from nexus_appliance.tutoring.tidy import tidy

ASKS = "\n\nApakah kutipan di atas memuat jawaban pertanyaan itu? Jawab Ya atau Tidak."
"""What the model is asked behind the question; the state in which it is about to answer is what the probe reads."""

BEHIND = "Apakah jawaban itu tertulis di kutipan? Jawab Ya atau Tidak."
"""What the model is asked behind its answer, likewise."""

CLOSE = 2.2
"""Scores less than this apart are close: by folds the right page then comes first in 67 of 100 questions, and in 96 of
100 where they are not."""

BUDGET = 800
"""Characters of excerpts, as on a machine that reads 75 tokens a second."""


@dataclass(slots=True)
class Shown:
    """One question: what the books gave, and if the model was asked its answer and its states (dimensions,).

    `state` before the answer, `behind` behind it.
    """

    case: Case
    signals: Signals
    retrieval: Retrieval
    state: list[float] = field(default_factory=list)
    text: str | None = None
    certainty: float = 0.0
    behind: list[float] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The passages that stand beside the answer."""
        return [passage.text for passage in self.retrieval.passages[:SHOWN]]

    @property
    def scores(self) -> list[float]:
        """Of these passages in the search."""
        return [passage.score for passage in self.retrieval.passages[:SHOWN]]

    @property
    def close(self) -> bool:
        """Whether the two passages that are read stand close."""
        read = [self.scores[place] for place in focus(self.texts, self.retrieval.worth)]
        return len(read) == 2 and read[0] - read[1] < CLOSE

    @property
    def hits(self) -> list[bool]:
        """Which of the passages are on a right page."""
        return [self.case.hit(passage.file, passage.page) for passage in self.retrieval.passages[:SHOWN]]

    @property
    def passages(self) -> Passages:
        """What its sentences are held against."""
        return Passages(self.texts, self.case.text)

    @property
    def written(self) -> str:
        """What the model wrote, tidied."""
        return tidy(self.text or "", cut=False)

    @property
    def sentences(self) -> list[str]:
        """The same, sentence by sentence; those that say nothing are left out."""
        return [part for part in sentences(self.written) if content_words(part)]

    def right(self, *, doubted: bool) -> bool:
        """Whether what a student sees, with what is quoted, holds one of the case's answers.

        `doubted`: whether one of the sentences bears a mark.
        """
        marked = f"{self.written}{f' {DOUBT}' if doubted else ''}"
        shown = with_quotation(marked, self.passages, self.retrieval.worth)
        return self.case.answerable and holds_answer(shown, self.case.answers)


@dataclass(slots=True)
class Compared:
    """Two passages that stand close beside an answer: which are on a right page, the states with each alone (2, d)."""

    case: Case
    pair: Pair
    hits: tuple[bool, bool]
    alone: list[list[float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Seen:
    """All questions searched; those that were asked; answers to more questions whose passages stand `close`.

    `unasked` are still more of these, of which only the passages are read.
    """

    searched: list[Shown]
    asked: list[Shown]
    close: list[Shown]
    unasked: list[Shown]


def show(shelves: Shelves, data: Path, cache: Path, count: int, close: int) -> Seen:
    """`count` questions of the encyclopedia, all of the Go book and some `close` ones asked; none is of core_450."""
    reserved = {case.id for case in read_cases(data / "qa" / "core_450.jsonl")}
    cases = read_cases(data / "qa" / "questions_ensiklopedia_pages.jsonl")
    usable = [case for case in cases if case.id not in reserved and case.kind != "unans_model"]
    encyclopedia = shelves.add("literasi", [data / "corpus" / name for name in VOLUMES])
    golang = shelves.add("golang", [data / "corpus" / GOLANG])
    searched = {case.id: _searched(shelves, encyclopedia, case) for case in usable}
    go = [_searched(shelves, golang, case) for case in read_cases(HERE / "questions_golang.jsonl")]
    chosen = [searched[case.id] for case in _alternating(usable)[:count]]
    asked = {one.case.id for one in chosen}
    near = _close([one for one in searched.values() if one.case.id not in asked])
    near, unasked = near[:close], near[close:]
    with _Model() as model:
        states, answers = _Kept(cache, "states", model.sha256), _Kept(cache, "answers", model.sha256)
        for number, one in enumerate([*chosen, *go], 1):
            states.fill(one, _key(one), partial(model.state, one))
            if number <= len(chosen):  # while what was read for its state is still there
                answers.fill(one, _key(one), partial(model.answer, one))
            _tell(number, len(chosen) + len(go), "questions")
        for number, one in enumerate(near, 1):
            answers.fill(one, _key(one), partial(model.answer, one))
            _tell(number, len(near), "close questions")
    return Seen(list(searched.values()), [*chosen, *go], near, unasked)


def compare(pairs: Sequence[Compared], cache: Path) -> None:
    """Ask the model about each excerpt of the pairs alone."""
    with _Model() as model:
        alone = _Kept(cache, "alone", model.sha256)
        for number, one in enumerate(pairs, 1):
            prompts = [compose([excerpt], one.case.text) for excerpt in one.pair.excerpts]
            key = one.case.id, _digest(*(prompt.user for prompt in prompts), ASKS)
            alone.fill(one, key, partial(model.alone, prompts))
            _tell(number, len(pairs), "pairs")


def _tell(number: int, of: int, what: str) -> None:
    if number % 20 == 0:
        print(f"  {number} of {of} {what}", flush=True)


def _close(searched: Sequence[Shown]) -> list[Shown]:
    """The answerable questions whose passages stand close, in a repeatable order."""
    answerable = [one for one in searched if one.case.answerable]
    random.Random(5).shuffle(answerable)
    return [one for one in answerable if one.close]


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


class _Kept:
    """What was asked before, by question and prompt, in a file of the cache that grows with each answer."""

    def __init__(self, cache: Path, name: str, sha256: str) -> None:
        self._file = cache / f"{name}_{sha256[:12]}.jsonl"
        lines = self._file.read_text("utf-8").splitlines() if self._file.exists() else []
        self._known = {(row.pop("id"), row.pop("prompt")): row for row in map(json.loads, lines)}

    def fill(self, one: object, key: tuple[str, str], ask: Callable[[], dict[str, object]]) -> None:
        """Set what `ask` gives for a question, asked only where nothing is known by this key."""
        if key not in self._known:
            self._known[key] = ask()
            with self._file.open("a", encoding="utf-8") as out:
                out.write(json.dumps({**dict(zip(("id", "prompt"), key, strict=True)), **self._known[key]}) + "\n")
        for name, value in self._known[key].items():
            setattr(one, name, value)


class _Model:
    """The default model, loaded when something is missing that only it can tell."""

    def __init__(self) -> None:
        self._config = Config()
        self._chosen = catalogue.chosen(self._config)
        self.sha256 = self._chosen.sha256
        self._loaded: LocalModel | None = None

    def __enter__(self) -> "_Model":
        return self

    def __exit__(self, *_: object) -> None:
        if self._loaded:
            self._loaded.close()

    def state(self, one: Shown) -> dict[str, object]:
        """The model's state when it is asked whether the excerpts answer."""
        return {"state": self._state(_prompt(one))}

    def alone(self, prompts: Sequence[Prompt]) -> dict[str, object]:
        """The same for each of some prompts."""
        return {"alone": [self._state(prompt) for prompt in prompts]}

    def answer(self, one: Shown) -> dict[str, object]:
        """Its answer and how certain it was."""
        settings = Settings(self._config.answer_tokens, STOP, least_evidence=-NOTHING_PASSES)
        *steps, written = self._model().generate(_prompt(one), settings)
        assert isinstance(written, Written)
        return {
            "text": "".join(step.text for step in steps if isinstance(step, Writing)),
            "certainty": written.certainty,
            "behind": _rounded(_Watching.seen[-1]),
        }

    def _state(self, prompt: Prompt) -> list[float]:
        for _ in self._model().generate(prompt, Settings(1, least_evidence=NOTHING_PASSES)):
            pass
        return _rounded(_Watching.seen[-1])

    def _model(self) -> LocalModel:
        if self._loaded is None:
            probes = Probes(*(_Watching(asks, np.zeros(0, np.float32), 0.0) for asks in (ASKS, BEHIND)))
            self._loaded, _ = load(self._chosen.id, 0, probes=probes)
        return self._loaded


class _Watching(Probe):
    """A probe that keeps the states it is shown, and reads nothing in them."""

    seen: ClassVar[list[Logits]] = []

    def reads(self, state: Logits) -> float:
        """Keep it."""
        self.seen[:] = [state]
        return 0.0


def _rounded(state: Logits) -> list[float]:
    return [float(f"{value:.5g}") for value in np.asarray(state, np.float64)]


def _key(one: Shown) -> tuple[str, str]:
    """What an answer of the model hangs on beside the model: the question, and all that is read for it."""
    prompt = _prompt(one)
    return one.case.id, _digest("".join(prompt.shared) + prompt.user, ASKS, BEHIND)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join([SYSTEM, *texts]).encode()).hexdigest()[:16]


def _prompt(one: Shown) -> Prompt:
    read = reading(one.texts, one.retrieval.worth, BUDGET)
    return compose(read.more, one.case.text, read.page)
