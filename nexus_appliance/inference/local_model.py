"""The language model of this machine: prompts, remembered prefixes, choice of tokens and measured speed."""

import os
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.inference.draft import Draft
from nexus_appliance.inference.language_model import Reading, Settings, Speeds, Step, Writing, Written
from nexus_appliance.inference.llama import LlamaFile
from nexus_appliance.inference.probe import Probe, Probes
from nexus_appliance.inference.prompt import Piece, Prompt, render, render_again

CHUNK = 64
"""Prompt tokens computed in one step: a cancel waits for at most one step."""

MOST_THREADS = 8
"""More bring nothing: generation is bound by memory, and every barrier waits for the slowest thread."""

LIKELIEST = 40
"""Above temperature 0 only so many tokens are candidates: the long tail of a vocabulary is noise."""

_SAMPLE = "Air laut menguap karena panas matahari, lalu menjadi awan dan turun sebagai hujan di pegunungan. "
_SAMPLE_TOKENS, _SAMPLE_ANSWER = 3 * CHUNK // 2, 4

Logits = npt.NDArray[np.float32]


class LocalModel:
    """A `LanguageModel` on llama.cpp that keeps the computed prompt for the next question.

    Prompts are computed in chunks that begin at fixed places, and only whole chunks are reused: so an answer is the
    same, bit for bit, whether its prefix was remembered or computed.
    """

    def __init__(
        self, path: Path, family: str, *, context: int, threads: int, system: str, probes: Probes | None = None
    ) -> None:
        """Load and measure; afterwards the prefix of `system` is remembered. Raises `Unavailable` (model_gone)."""
        began = time.monotonic()
        threads = threads or usual_threads()
        self._family = family
        self._file = LlamaFile(path, context=context, threads=threads, chunk=CHUNK)
        self._before = self._prepared(probes.before, again=False) if probes else None
        self._behind = self._prepared(probes.behind, again=True) if probes and probes.behind else None
        self._held: list[int] = []
        self._cuts: list[int] = []
        prompt, generation = self._measure(system)
        self.speeds = Speeds(prompt, generation, time.monotonic() - began, threads)

    def close(self) -> None:
        """Give the memory back."""
        self._file.close()

    def count(self, text: str) -> int:
        """The number of tokens of a plain text."""
        return len(self._file.tokenise(text, special=False))

    def generate(self, prompt: Prompt, settings: Settings) -> Iterator[Step]:
        """See `LanguageModel.generate`."""
        tokens, ends = self._tokens(prompt)
        room = self._file.context - len(tokens) - self._asking_room()
        if room <= 0:
            raise Invalid(Failure.PROMPT_TOO_LONG, tokens=len(tokens), limit=len(tokens) + room - 1)
        began = time.monotonic()
        reused = self._recall(tokens, ends)
        yield from self._read(tokens, ends[:-1])
        probing = settings.least_evidence is not None
        evidence = self._asked(self._before) if probing else None
        declined = evidence is not None and evidence < (settings.least_evidence or 0.0)
        if not declined:
            yield from self._read(tokens, ends)
        read = time.monotonic()
        draft = Draft(settings.stop, 0 if declined else min(settings.max_tokens, room))
        for token, log_probability in self._choices(settings, draft.limit):
            yield Writing(draft.take(token, self._file.bytes_of(token), log_probability))
            if draft.over:
                break
        yield Writing(draft.end())
        yield Written(
            "declined" if declined else draft.reason,
            prompt_tokens=len(tokens),
            reused=reused,
            tokens=len(draft.tokens),
            prompt_seconds=read - began,
            generation_seconds=time.monotonic() - read,
            evidence=evidence,
            certainty=draft.certainty,
            support=self._asked(self._behind) if probing and draft.tokens else None,
        )

    def state(self, prompt: Prompt, asks: str) -> Logits:
        """The hidden state (dimensions,) in which the model answers `asks` behind a prompt: what a probe reads."""
        tokens, ends = self._tokens(prompt)
        self._recall(tokens, ends)
        for _ in self._read(tokens, ends[:-1]):
            pass
        return self._state(self._asking(asks, again=False))

    def state_behind(self, asks: str) -> Logits:
        """The hidden state (dimensions,) in which the model answers `asks` behind the answer just written."""
        return self._state(self._asking(asks, again=True))

    def _prepared(self, probe: Probe, *, again: bool) -> tuple[Probe, list[int]]:
        return probe, self._asking(probe.asks, again=again)

    def _asked(self, prepared: tuple[Probe, list[int]] | None) -> float | None:
        """What a probe reads behind what is held."""
        return prepared[0].reads(self._state(prepared[1])) if prepared else None

    def _asking_room(self) -> int:
        """The most tokens that a probe asks."""
        return max((len(one[1]) for one in (self._before, self._behind) if one), default=0)

    def _asking(self, asks: str, *, again: bool) -> list[int]:
        """The tokens of a question behind the prompt or `again` behind an answer, and of what stands before its own."""
        closing = render(Prompt("", ""), self._family)[-1]
        pieces = render_again(asks, self._family) if again else [Piece(asks, special=False), *closing]
        return list(chain.from_iterable(self._file.tokenise(piece.text, special=piece.special) for piece in pieces))

    def _state(self, question: list[int]) -> Logits:
        """The state after some more tokens, at most `CHUNK`; they are forgotten again."""
        state = self._file.state(question)
        if not self._file.rewind(len(self._held)):
            self._held.clear()
            self._cuts.clear()
        return state

    def _tokens(self, prompt: Prompt) -> tuple[list[int], list[int]]:
        """The tokens of a prompt, and where its chunks end; new ones begin after the system text and the question."""
        segments = [
            list(chain.from_iterable(self._file.tokenise(piece.text, special=piece.special) for piece in pieces))
            for pieces in render(prompt, self._family)
        ]
        return list(chain.from_iterable(segments)), chunk_ends([len(segment) for segment in segments])

    def _recall(self, tokens: list[int], ends: list[int]) -> int:
        """Keep what an earlier prompt shares with this one, in whole chunks; return how many tokens that is."""
        kept = 0
        for held, end in zip(self._cuts, ends[:-1], strict=False):
            if held != end or self._held[kept:end] != tokens[kept:end]:
                break
            kept = end
        if not self._file.rewind(kept):
            kept = 0
        del self._held[kept:]
        self._cuts = [cut for cut in self._cuts if cut <= kept]
        return kept

    def _read(self, tokens: list[int], ends: list[int]) -> Iterator[Reading]:
        for end in ends:
            if end > len(self._held):
                self._decode(tokens[len(self._held) : end])
                self._cuts.append(end)
                yield Reading(end, len(tokens))

    def _decode(self, tokens: list[int]) -> None:
        self._file.decode(tokens)
        self._held += tokens

    def _choices(self, settings: Settings, limit: int) -> Iterator[tuple[int, float]]:
        """The tokens of the answer with their log-probabilities, until the model ends it or `limit` is reached."""
        choose = chooser(settings)
        for number in range(limit):
            logits = self._file.logits()
            token = choose(logits)
            if self._file.ends(token):
                return
            yield token, log_probability(logits, token)
            if number < limit - 1:
                self._decode([token])

    def _measure(self, system: str) -> tuple[float, float]:
        """Prompt and generation speed in tokens/s; the first chunk only brings the weights into memory."""
        text = _SAMPLE * (_SAMPLE_TOKENS // self.count(_SAMPLE) + 1)
        tokens, ends = self._tokens(Prompt(system, text))
        moments = [(reading.tokens, time.monotonic()) for reading in self._read(tokens, ends)]
        (first, began), (last, ended) = moments[0], moments[-1]
        for token in tokens[:_SAMPLE_ANSWER]:
            self._decode([token])
        return (last - first) / (ended - began), _SAMPLE_ANSWER / (time.monotonic() - ended)


def usual_threads() -> int:
    """The physical cores that this process may use, at most `MOST_THREADS`."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed, MOST_THREADS))


def chunk_ends(segments: list[int]) -> list[int]:
    """Where chunks end when each segment (its length in tokens) is cut into chunks of its own."""
    ends, start = [], 0
    for length in segments:
        ends += [*range(start + CHUNK, start + length, CHUNK), start + length]
        start += length
    return ends


def log_probability(logits: Logits, token: int) -> float:
    """The natural logarithm of the softmax of one token."""
    highest = float(logits.max())
    return float(logits[token]) - highest - float(np.log(np.exp(logits - highest).sum()))


def chooser(settings: Settings) -> Callable[[Logits], int]:
    """How the next token is chosen: the likeliest, or at a temperature by the seed among the likeliest 40."""
    if settings.temperature <= 0:
        return lambda logits: int(logits.argmax())
    dice = np.random.default_rng(settings.seed)

    def draw(logits: Logits) -> int:
        candidates = np.sort(np.argpartition(logits, -LIKELIEST)[-LIKELIEST:])
        noise = dice.gumbel(size=candidates.size)  # the largest of logits/T + Gumbel noise is a sample of the softmax
        return int(candidates[np.argmax(logits[candidates] / settings.temperature + noise)])

    return draw
