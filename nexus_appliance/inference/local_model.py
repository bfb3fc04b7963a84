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
from nexus_appliance.inference.language_model import Reading, Settings, Speeds, Step, Writing, Written
from nexus_appliance.inference.llama import LlamaFile
from nexus_appliance.inference.prompt import Prompt, render
from nexus_appliance.inference.text_stream import TextStream

CHUNK = 64
"""Prompt tokens computed in one step: a cancel waits for at most one step."""

MOST_THREADS = 8
"""More bring nothing: generation is bound by memory, and every barrier waits for the slowest thread."""

LIKELIEST = 40
"""Above temperature 0 only so many tokens are candidates: the long tail of a vocabulary is noise."""

LONGEST_REPEAT = 8
"""Tokens, three or four Indonesian words: an answer never says so many again in the same order. Small models that
always take the likeliest token otherwise fall into a loop until their limit."""

_SAMPLE = "Air laut menguap karena panas matahari, lalu menjadi awan dan turun sebagai hujan di pegunungan. "
_SAMPLE_TOKENS, _SAMPLE_ANSWER = 3 * CHUNK // 2, 4

Logits = npt.NDArray[np.float32]


class LocalModel:
    """A `LanguageModel` on llama.cpp that keeps the computed prompt for the next question.

    Prompts are computed in chunks that begin at fixed places, and only whole chunks are reused: so an answer is the
    same, bit for bit, whether its prefix was remembered or computed.
    """

    def __init__(self, path: Path, family: str, *, context: int, threads: int, system: str) -> None:
        """Load and measure; afterwards the prefix of `system` is remembered. Raises `Unavailable` (model_gone)."""
        began = time.monotonic()
        threads = threads or usual_threads()
        self._family = family
        self._file = LlamaFile(path, context=context, threads=threads, chunk=CHUNK)
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
        if len(tokens) >= self._file.context:
            raise Invalid(Failure.PROMPT_TOO_LONG, tokens=len(tokens), limit=self._file.context - 1)
        began = time.monotonic()
        reused = self._recall(tokens, ends)
        yield from self._read(tokens, ends)
        read = time.monotonic()
        text = TextStream(settings.stop)
        limit = min(settings.max_tokens, self._file.context - len(tokens))
        written = 0
        for token in self._choices(settings, limit):
            written += 1
            yield Writing(text.feed(self._file.bytes_of(token)))
            if text.stopped:
                break
        yield Writing(text.end())
        yield Written(
            "length" if written >= limit and not text.stopped else "stop",
            prompt_tokens=len(tokens),
            reused=reused,
            tokens=written,
            prompt_seconds=read - began,
            generation_seconds=time.monotonic() - read,
        )

    def _tokens(self, prompt: Prompt) -> tuple[list[int], list[int]]:
        """The tokens of a prompt, and the places where its chunks end; a new chunk begins after the system text."""
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

    def _choices(self, settings: Settings, limit: int) -> Iterator[int]:
        """The tokens of the answer, until the model ends it or `limit` is reached."""
        choose = chooser(settings)
        answer: list[int] = []
        for number in range(limit):
            logits = self._file.logits()
            if barred := repeats(answer):
                logits = logits.copy()
                logits[barred] = -np.inf
            token = choose(logits)
            if self._file.ends(token):
                return
            answer.append(token)
            yield token
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


def repeats(answer: list[int]) -> list[int]:
    """The tokens that would say the last `LONGEST_REPEAT` of an answer a second time."""
    known = LONGEST_REPEAT - 1
    tail = answer[-known:]
    return [answer[end] for end in range(known, len(answer)) if answer[end - known : end] == tail]


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
